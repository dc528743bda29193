# Tekstet e bisedës në shqip.

language-offer-sr-Cyrl = Ћирилица
language-offer-sr-Latn = Latinica
language-offer-sq = Shqip
language-offer-en = English

welcome = **Mirë se vini. Ky është Prag.**

    Këtu mund të pyetni për kthimin, ndihmën juridike, vaksinimin, mbështetjen, zyrat dhe të drejtat tuaja. Pyetni me fjalët tuaja, si ta keni më lehtë.

    Çdo gjë është falas. Askush nuk guxon t'ju kërkojë para për një vend, vizitë apo ndihmë.
welcome-short = **Mirë se vini në Prag.** Pyetni me fjalët tuaja; çdo gjë është falas.
welcome-whose = Këtë bisedë e mban: { $organisation }.
welcome-demonstration = Ky është version demonstrues: përgjigjet janë të vërteta, por prapa tij ende nuk qëndron asnjë zyrë.
welcome-language = { $language ->
   *[other] Po ju shkruaj shqip. Nëse ju përshtatet ndryshe, zgjidhni:
}

menu-title = **Menyja**
menu-ask = Zgjidhni një temë ose thjesht shkruani pyetjen.
menu-topic = **Menyja › { $topic }**
menu-topic-ask = Çfarë ju intereson?
menu-empty = Në këtë temë ende nuk ka përgjigje. Shkruani pyetjen me fjalët tuaja.

button-menu = Menyja
button-back = ‹ { $topic }
button-more = Më shumë
button-related = Të ngjashme
button-staff = Pyet një person
button-staff-this = Dërgoja një personi këtë pyetje
button-staff-other = Shkruaj një pyetje tjetër
button-cancel = Hiq dorë
button-useful = Po, më ndihmoi
button-not-useful = Jo, s'është kjo
button-settings = Cilësimet
button-language = Gjuha dhe shkrimi
button-help = Si funksionon kjo
button-stop = Ndal njoftimet
button-start = Lejo njoftimet

answer-dated = Kontrolluar: { $day }. Burimi: { $sources }
answer-ended = **Ky program ka përfunduar.** I lëmë të dhënat që ta dini se çfarë ka qenë.
answer-review = Kjo përgjigje duhej të kontrollohej sërish deri më: { $day }. Pyetni një person para se të mbështeteni në të.
answer-withdrawn = Përgjigjja “{ $title }” është vjetruar dhe prandaj e kemi hequr. Një person nga zyra mund t'ju tregojë si është tani.
answer-useful = A ju ndihmoi kjo?
answer-related = **Të ngjashme: “{ $title }”**
answer-no-related = Për këtë nuk ka përgjigje të ngjashme.
answer-where = Menyja › { $topic }
footnote = *Ky emërtim nuk paragjykon qëndrimet mbi statusin dhe është në përputhje me Rezolutën 1244/1999 të KSKB-së dhe Opinionin e GJND-së për Deklaratën e Pavarësisë së Kosovës
source-undated = faqe pa datë
source-about = rreth: { $day }
date-year = viti { $year }

phone-emergency = { $name }: **{ $numbers }**
phone-dialled = { $name }: **{ $numbers }** (e kemi thirrur: { $day })
phone-seen = { $name }: **{ $numbers }** (parë: { $day }; nuk e kemi thirrur)

municipality-note = **{ $place }:** për këtë komunë pyetni në ndërtesën e komunës ku është zyra për komunitete dhe kthim.
municipality-north = **{ $place }:** drejtohuni te komuna juaj. Zyra për të njëjtën punë atje mund të ketë emër tjetër.
municipality-registry = Librat amë serbë për këtë komunë i mban: { $town }.
municipality-ask = Shkruani emrin e komunës suaj dhe do t'ju them më shumë.

found-choose = Nuk jam i sigurt cilën prej këtyre e kërkoni. Zgjidhni:
found-none-of-these = Asnjëra prej këtyre
found-unknown = Për këtë nuk kam përgjigje të sigurt dhe nuk dua të hamendësoj. Ta pyes një person nga zyra?
found-unknown-again = Ende nuk di të përgjigjem. Mund të pyetni ndryshe, ose ta pyes një person.
found-unknown-third = Tri herë nuk dita t'ju ndihmoj, më vjen keq. Më së miri është t'ju përgjigjet një person.
found-empty = Di të lexoj vetëm fjalë. Shkruani pyetjen në një fjali ose hapni menynë.
found-long = Mesazhi është shumë i gjatë, prandaj lexova vetëm fillimin. Nëse përgjigjja nuk është ajo që kërkoni, shkruani pyetjen në një fjali.
found-other-language = Të vazhdojmë në këtë gjuhë?

urgent-now = **Nëse jeni në rrezik, thirrni menjëherë:**

    Policia: **192**
    Zjarrfikësit: **193**
    Ambulanca: **194**
    Në Kosovë* edhe: **112**

    Shkoni në një vend të sigurt nëse mundeni. Unë jam program dhe nuk mund të dërgoj ndihmë. Nëse mendoni t'i bëni keq vetes, thirrni 194 dhe rrini pranë dikujt: nuk jeni vetëm.
urgent-line = **Nëse është urgjente, thirrni: policia 192, zjarrfikësit 193, ambulanca 194; në Kosovë* edhe 112.**
urgent-after = Kur të jeni në vend të sigurt, mund të vazhdoni këtu.

staff-ask-this =
    T'ia dërgoj një personi këtë pyetje?

    “{ $question }”
staff-write = Shkruani pyetjen në një mesazh. Do ta lexojë një person nga zyra. Mos dërgoni numër personal as fjalëkalime.
staff-asked =
    Pyetja u pranua. Numri: **{ $code }**

    Përgjigjja vjen këtu, { $time }. Zyra punon { $hours }.
staff-cancelled = Në rregull, nuk dërgova asgjë.
staff-masked = Numrin personal e mbulova, sepse nuk na duhet. Ju lutemi mos e dërgoni.
staff-answer = **Përgjigjja për pyetjen tuaj { $code }**

    { $answer }
staff-too-short = Kjo është tepër e shkurtër që një person ta kuptojë. Shkruani pyetjen në një fjali.

small-greeting = Përshëndetje! Çfarë ju intereson? Shkruani me fjalët tuaja ose hapni menynë.
small-thanks = S'ka përse. Jam këtu nëse ju duhet diçka tjetër.
small-goodbye = Mirupafshim dhe gjithë të mirat. Mund të shkruani kurdo që doni.
small-how = Faleminderit që pyetët, unë jam program dhe jam gjithmonë gati. Si mund t'ju ndihmoj?
small-who = Unë jam Prag, program që u përgjigjet pyetjeve për kthimin dhe mbështetjen. Kur nuk di, mund ta pyes një person nga zyra.
small-praise = Faleminderit, më vjen mirë që ndihmoi.
small-complaint = Më vjen keq që nuk ndihmova. Shkruani pyetjen ndryshe, ose mund ta pyes një person.
small-abuse = E kuptoj që jeni i zemëruar. Nëse doni, mund ta pyes një person, ose më shkruani çfarë ju duhet.
small-yes-no = Në rregull. Çfarë tjetër ju intereson?
small-laughter = Më vjen mirë që jeni me humor. A mund t'ju ndihmoj me diçka?

language-choose = Zgjidhni gjuhën dhe shkrimin:
language-set = { $language ->
   *[other] Tash e tutje ju shkruaj shqip.
}

settings-title = **Cilësimet**
settings-notices-on = Njoftimet janë të lejuara.
settings-notices-off = Njoftimet janë ndalur. Pyetjeve tuaja u përgjigjem gjithsesi.
settings-code = Numri juaj: **{ $code }**. Tregojani personit nga zyra nëse ju pyet.

stop-done = Njoftimet u ndalën: nuk do t'ju shkruajmë të parët. Pyetjeve tuaja u përgjigjem gjithsesi. Nëse ndërroni mendje, shkruani START.
stop-already = Njoftimet janë ndalur tashmë.
start-done = Njoftimet u lejuan.
start-already = Njoftimet janë të lejuara tashmë.

choice-old = Ky buton ose kjo lidhje nuk vlen më, më falni. Ja menyja:

channel-only-text = Fotot, zërin dhe dokumentet nuk di t'i lexoj. Shkruani pyetjen me fjalë.
channel-slow = Po shkruani më shpejt se ç'arrij të lexoj. Prisni pak, pastaj dërgoni një mesazh.
channel-broken = Diçka u prish te ne, më falni. Dërgojeni mesazhin sërish pas pak minutash. Nëse është urgjente, thirrni 192, 193 ose 194.
channel-frame = Këtë mesazh nuk e kuptova. Rifreskoni faqen dhe provoni sërish.

# Fjalë që bëjnë diçka menjëherë.
command-stop = stop, ndalo, ndal njoftimet, çregjistrohu, mos dërgo më, ndale
command-start = start, lejo njoftimet, vazhdo njoftimet
command-menu = menyja, meny, menu, fillimi, /menu
command-help = ndihmë me programin, /help, si funksionon kjo, qysh funksionon, çfarë di
command-settings = cilësimet, /settings
command-language = gjuha, ndrysho gjuhën, ndërro gjuhën, /language
command-sr-Cyrl = cirilica, cirilicë
command-sr-Latn = serbisht, latinica, latinicë
command-staff = operator, person, bisedë me person, pyet një person
command-yes = po, dërgoje, mundet, dua
command-no = jo, hiq dorë, mos, s'dua
command-more = më shumë, edhe më, ma shumë

page-title = { $title } · Prag
page-print = Shtyp
page-chat = Pyetni në bisedë
page-unchecked = Këtë version ende nuk e ka lexuar një folës amtar.
page-sources = Burimet
page-phones = Telefonat
page-languages = Kjo faqe në gjuhë tjetër
page-missing = Kjo përgjigje nuk gjendet. Hapni bisedën dhe pyetni me fjalët tuaja.
page-as-of = Kontrolluar: { $day }
page-review = Kontrolli i ardhshëm deri më: { $day }
