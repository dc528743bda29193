# What Telegram and Viber show of the bot.

bot-about = Questions and answers about return, legal aid and support. Free of charge.
bot-description = Ask in your own words about return, legal aid, vaccination, school, work, offices and your rights. Answers in Serbian (Cyrillic and Latin), Albanian and English. Everything is free of charge.
bot-group = I only answer in a private chat, so that others do not see your questions. Open my profile and press Start.
bot-command-menu = Menu of topics
bot-command-help = How this works
bot-command-language = Language and script
bot-command-settings = Settings
bot-command-stop = Stop notices
