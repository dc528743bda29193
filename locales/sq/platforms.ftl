# Çfarë tregojnë Telegrami dhe Viberi për botin.

bot-about = Pyetje dhe përgjigje për kthimin, ndihmën juridike dhe mbështetjen. Falas.
bot-description = Pyetni me fjalët tuaja për kthimin, ndihmën juridike, vaksinimin, shkollën, punën, zyrat dhe të drejtat tuaja. Përgjigjet në serbisht (cirilicë dhe latinicë), shqip dhe anglisht. Çdo gjë është falas.
bot-group = Përgjigjem vetëm në bisedë private, që të tjerët të mos i shohin pyetjet tuaja. Hapni profilin tim dhe shtypni Start.
bot-command-menu = Menyja me tema
bot-command-help = Si funksionon kjo
bot-command-language = Gjuha dhe shkrimi
bot-command-settings = Cilësimet
bot-command-stop = Ndal njoftimet
