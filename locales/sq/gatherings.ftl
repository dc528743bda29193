# Takimet: mbledhje, prezantime, vizita; vende, kujtesa, posterë.

gathering-kind-go-and-see = vizitë “shko dhe shiko”
gathering-kind-meeting = takim
gathering-kind-presentation = prezantim
gathering-kind-round-table = tryezë e rrumbullakët
gathering-kind-legal-aid-day = ditë e ndihmës juridike
gathering-kind-mobile-team = ekip lëvizës

gathering-line = **{ $title }** ({ $kind })
    { $when }
    { $place }
gathering-when = Kur: { $when }
gathering-where = Ku: { $place }
gathering-points = Vendet e nisjes:
gathering-bring = Merrni me vete: { $things }
gathering-until = Paraqitja deri më: { $moment }
gathering-limit = { $count ->
    [one] Një grup mund të ketë një person.
   *[other] Një grup mund të ketë deri në { $count } persona.
}
gathering-people = { $count ->
    [one] një person
   *[other] { $count } persona
}
gathering-free = { $count ->
    [one] Është i lirë një vend.
   *[other] Janë të lira { $count } vende.
}
gathering-full = { $count ->
    [0] Të gjitha vendet janë zënë. Do të ishit të parët në listën e pritjes.
    [one] Të gjitha vendet janë zënë. Në listën e pritjes është një grup.
   *[other] Të gjitha vendet janë zënë. Në listën e pritjes janë { $count } grupe.
}
gathering-soon = Paraqitja fillon: { $moment }
gathering-draft = Ky takim ende nuk është shpallur.
gathering-cancelled = **Ky takim është anuluar.**
gathering-closed = Paraqitja është mbyllur.
gathering-running = Ky takim ka filluar.
gathering-over = Ky takim ka kaluar.
gathering-free-of-charge = Pjesëmarrja është falas. Askush nuk guxon t'ju kërkojë para për një vend.
gathering-note = **Rregullat për rrugë** (kontrolluar: { $day }): { $note }
gathering-unknown = Ky takim nuk ekziston ose ka kaluar. Ja çfarë vjen:

gatherings-title = **Çfarë vjen**
gatherings-none = Për momentin nuk është shpallur asgjë. Stafi ynë i shënon takimet këtu sapo të caktohen. Ndiqni një temë dhe do t'ju lajmërojmë kur të ketë diçka të re.
gatherings-none-here = Për momentin nuk është shpallur asgjë e tillë. Mund të shihni gjithçka që vjen.
gatherings-choose = Zgjidhni një takim për hollësi dhe paraqitje:
gatherings-which = { $about ->
    [place] Cili vend?
    [month] Cili muaj?
    [topic] Cila temë?
   *[kind] Çfarë lloj takimi?
}

button-gatherings = Çfarë vjen
button-gatherings-all = Të gjitha takimet
button-by-kind = Sipas llojit
button-by-place = Sipas vendit
button-by-month = Sipas muajit
button-by-topic = Sipas temës
button-details = Hollësitë
button-sign-up = Paraqitu
button-join-waiting = Hyr në listën e pritjes
button-my-seats = Vendet e mia
button-accept-seat = Po, i marrim vendet
button-decline-seat = Jo, le t'u mbeten të tjerëve
button-coming = Po vijmë
button-leave-seat = Nuk vijmë
button-leave-yes = Po, liroji vendet
button-keep-seat = Jo, do të vijmë
button-change-size = Ndrysho numrin e personave
button-reminders-off = Pa kujtesa për këtë
button-reminders-on = Ma kujto këtë
button-keep-reminders = Mbaj kujtesat për këto
button-calendar = Shto në kalendar
button-gathering-form = Formulari: { $form }
button-follow-topic = Më lajmëro për të reja: { $name }
button-unfollow = Mos e ndiq më: { $name }
button-follows = Çfarë ndjek
button-skip = Kapërce
button-size = { $count ->
    [one] Vetëm unë
   *[other] { $count } persona
}

seat-ask-size = Sa veta vini? Zgjidhni ose shkruani një numër, më së shumti { $count }.
seat-size-wrong = Nuk kuptova sa veta jeni. Shkruani një numër nga 1 deri në { $count }.
seat-ask-point = Ku do të na bashkoheni?
seat-ask-names = Për këtë vizitë organizatorit i duhet lista e emrave. Shkruani emrin dhe mbiemrin e të gjithë atyre që vijnë, të ndarë me presje ({ $people }). Emrat i ruajmë të mbyllur dhe i fshijmë pas vizitës. Mos dërgoni numra personalë.
seat-names-wrong = { $count ->
    [one] Më duhet një emër.
   *[other] Më duhen { $count } emra, të ndarë me presje.
}
seat-ask-phone = Nëse doni, lini një numër telefoni, në rast se ndryshon diçka rrugës. Mund edhe ta kapërceni.
seat-phone-wrong = Kjo nuk duket si numër telefoni. Shkruajeni edhe një herë ose kapërceni.
seat-stopped = Në rregull, nuk vazhduam me paraqitjen.
seat-taken = **E keni vendin.** { $standing }
seat-queued = **Jeni në listën e pritjes.** { $standing } Sapo të lirohen mjaft vende, do t'ju shkruajmë këtu dhe do të keni kohë të vendosni.
seat-is-seated = Vendet janë ruajtur për ju: { $people }.
seat-is-offered = Ju ofrohen vende: { $people }. Ju lutemi përgjigjuni deri më: { $moment }
seat-is-waiting = Në listën e pritjes jeni me numrin { $position }: { $people }.
seat-is-held = Stafi ynë ju mban në listën e pritjes dhe do t'ju shkruajë kur të ketë vende për ju: { $people }.
seat-is-none = Nuk keni vend në këtë takim.
seat-meet = Ejani në vendin e nisjes: { $point }
seat-confirmed = Faleminderit, ju presim.
seat-resized = U ndryshua. { $standing }
seat-ask-leave = T'i lirojmë vendet tuaja? Do t'i marrë dikush tjetër.
seat-left = U çregjistruat. Faleminderit që na lajmëruat: tani mund të vijë dikush tjetër.
seat-refused = { $why ->
    [closed] Paraqitja për këtë takim është mbyllur. Pyetni një person nëse mund të bëhet ende diçka.
    [not-open] Paraqitja për këtë takim ende nuk ka filluar.
    [cancelled] Ky takim është anuluar.
    [over] Ky takim tashmë ka filluar.
    [too-big] Jeni më shumë se sa mundet këtu: më së shumti { $most }. Nëse jeni më shumë, pyetni një person.
    [no-room] Për aq veta nuk ka vend. Asgjë nuk u ndryshua; mund të jeni deri në { $most }.
    [no-more] Paraqitja është mbyllur, prandaj nuk mund të jeni më shumë; asgjë nuk u ndryshua. Mund të vini më pak veta. Pyetni një person nëse mund të bëhet ende diçka.
    [already] Për këtë takim jeni paraqitur tashmë.
    [no-offer] Kjo ofertë nuk vlen më; vendet iu ofruan të tjerëve me radhë. Mund të hyni sërish në listën e pritjes.
    [no-seat] Nuk keni vend në këtë takim.
   *[unknown] Ky takim nuk ekziston më.
}

seats-title = **Vendet tuaja**
seats-none = Nuk jeni paraqitur për asnjë takim që vjen.
seats-at-stop = Këtu keni ende vende dhe ato mbeten tuajat; nëse diçka ndryshon ose anulohet, do t'ju lajmërojmë:
seats-at-stop-ask = Edhe kujtesat për to janë ndalur. T'i mbajmë vetëm ato?
reminders-kept = Në rregull: do të vijnë vetëm kujtesat për vendet tuaja, asgjë tjetër.
reminders-off = Në rregull, pa kujtesa për këtë takim. Vendi mbetet i juaji.
reminders-on = Në rregull, do t'jua kujtojmë para këtij takimi.
reminders-none = Nuk ka çfarë t'ju kujtojmë: nuk keni vend askund.

follow-done = Në rregull. Kur të shpallet një takim i ri ({ $name }), do t'ju shkruajmë.
follow-ended = Në rregull, për këtë nuk do t'ju shkruajmë më: { $name }.
follow-none = Ende nuk ndiqni asgjë. Zgjidhni për çfarë doni të dëgjoni:
follow-list = **Çfarë ndiqni**
follow-stopped = Njoftimet janë të ndalura tani. Shkruani START që të mund t'ju vijnë.

day-today = sot
day-tomorrow = nesër
day-in = pas { $days ->
    [one] një dite
   *[other] { $days } ditësh
}
notice-reminder = **Kujtesë: { $day }.** { $when }
notice-offer = **U liruan vende për ju.** Ju lutemi përgjigjuni deri më: { $moment }
notice-offer-after = Nëse nuk përgjigjeni deri atëherë, vendet u ofrohen të tjerëve me radhë.
notice-lapsed = Koha për t'i pranuar vendet kaloi, prandaj iu ofruan të tjerëve me radhë. Nëse ende doni të vini, hyni sërish në listën e pritjes.
notice-seated = **E keni vendin.** Stafi ynë ju dha vend në këtë takim.
notice-waiting = Na vjen keq: ka më pak vende se sa ishte planifikuar dhe tuajat u desh t'i kthenim. Jeni sërish në listën e pritjes, aty ku ishit kur u paraqitët.
notice-held = **Jeni në listën e pritjes.** Aty ju vendosi stafi ynë dhe do t'ju shkruajë këtu kur të ketë vende për ju. Nëse doni ta dini pse, pyetni një person.
notice-removed = Na vjen keq: stafi ynë ju hoqi nga lista e këtij takimi. Nëse doni ta dini pse, pyetni një person.
notice-moved = **Ndryshim: ky takim ka kohë ose vend të ri.** { $when }
notice-cancelled = **Ky takim është anuluar.** Nuk keni nevojë të bëni asgjë.
notice-new = **Takim i ri.** { $when }
notice-new-why = Kjo ju vjen sepse e ndiqni. Te “Çfarë ndjek” mund ta ndërpritni.
notice-opinion = **Ishit me ne. Si ishte?** Tri pyetje të shkurtra, pa emra; nuk jeni të detyruar të përgjigjeni.

opinion-useful = A ju ndihmoi vizita të vendosni?
opinion-safe = A u ndjetë të sigurt gjatë vizitës?
opinion-again = A do t'ua rekomandonit të tjerëve një vizitë të tillë?
opinion-yes = Po
opinion-partly = Pjesërisht
opinion-no = Jo
opinion-done = Faleminderit. Nëse doni të na tregoni më shumë, shkruajini një personi.
opinion-closed = Faleminderit, përgjigjet tuaja i kemi tashmë.

calendar-reminder = Kujtesë
poster-free = Falas
poster-how = Drejtojeni kamerën e telefonit te katrori
poster-ask = Pyetni me fjalët tuaja: shqip, serbisht ose anglisht.
poster-web = Internet
page-gathering-missing = Ky takim nuk gjendet.

command-gatherings = çfarë vjen, takimet, kalendari, kur është takimi i ardhshëm, kur është takimi tjetër
command-my-seats = vendet e mia, ku jam paraqitur, takimet e mia
command-follows = çfarë ndjek, ndiq

# Words for how many people come.
count-1 = një, vetëm unë, vetë, i vetëm, e vetme
count-2 = dy, të dy, ne të dy, dy veta
count-3 = tre, tri, tre veta
count-4 = katër, katër veta
count-5 = pesë, pesë veta
count-6 = gjashtë, gjashtë veta
