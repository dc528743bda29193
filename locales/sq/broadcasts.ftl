# What stands around a broadcast's own text.
broadcast-stop = Këto mesazhe mund t’i ndalni në çdo kohë: shkruani STOP.
broadcast-apology = Na vjen keq, këtë nuk e kemi ende në shqip. Ja ku është në { $language }.
broadcast-in-sr = serbisht
broadcast-in-sq = shqip
broadcast-in-en = anglisht
broadcast-button-article = Lexoni më shumë
broadcast-button-form = Regjistrohuni
broadcast-button-gathering = Shikojeni
broadcast-button-link = Hapni
