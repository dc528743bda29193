# What stands around a broadcast's own text.
broadcast-stop = Ове поруке можете зауставити у сваком тренутку: напишите СТОП.
broadcast-apology = Жао нам је, ово још немамо на српском. Ево га на { $language }.
broadcast-in-sr = српском
broadcast-in-sq = албанском
broadcast-in-en = енглеском
broadcast-button-article = Прочитајте више
broadcast-button-form = Пријавите се
broadcast-button-gathering = Погледајте
broadcast-button-link = Отворите
