# What stands around a broadcast's own text.
broadcast-stop = You can stop these messages at any time: write STOP.
broadcast-apology = We are sorry, we do not have this in English yet. Here it is in { $language }.
broadcast-in-sr = Serbian
broadcast-in-sq = Albanian
broadcast-in-en = English
broadcast-button-article = Read more
broadcast-button-form = Sign up
broadcast-button-gathering = Look at it
broadcast-button-link = Open
