# Formularët, regjistrimet dhe të drejtat e njerëzve mbi të dhënat e tyre.

button-forms = Regjistrohu
button-mine = Regjistrimet e mia
button-data = Të dhënat e mia
button-link = Lidhe një telefon ose kanal tjetër

form-sign-up = Regjistrimi: { $form }
form-list = **Për çfarë doni të regjistroheni?** Çdo gjë është falas dhe nuk ju obligon për asgjë.
form-begin = Fillo
form-more = Më shumë për atë që ruani
form-full = Teksti i plotë për të dhënat
form-whom = Për kë është ky regjistrim?
form-for-self = Për mua
form-for-family = Për një anëtar të familjes
form-progress = { $place } nga { $all }
form-now = Tani shkruan: **{ $answer }**
form-so-far = Deri tani: **{ $answer }**
form-done = Gati
form-keep = Lëre kështu
form-skip = Kaloje
form-back = Kthehu
form-later = Vazhdoj më vonë
form-resume = Vazhdo regjistrimin
form-skipped = e kaluar
form-yes = Po
form-no = Jo
form-not-optional = Pa këtë përgjigje regjistrimi nuk mund të dërgohet. Nëse nuk doni ta jepni, mund të hiqni dorë ose të pyetni një person.
form-members = { $count ->
    [one] { $count } person
   *[other] { $count } persona
}
form-age-0-6 = deri 6 vjeç
form-age-7-17 = 7 deri 17
form-age-18-59 = 18 deri 59
form-age-60 = 60 e lart
form-age-first = Prekni së pari moshën e personit, pastaj çfarë i duhet.

form-summary = Shikoni a është çdo gjë në rregull:
form-right = Çdo gjë është në rregull
form-edit = Ndrysho diçka
form-edit-which = Çfarë doni të ndryshoni?
form-to-summary = Kthehu te përmbledhja
form-agree = Pajtohem
form-disagree = Nuk pajtohem
form-contact = A mund t'ju lajmërohemi për këtë regjistrim, këtu ose me telefon? Këtë mund ta tërhiqni në çdo kohë. Regjistrimi vlen edhe nëse thoni jo.
form-kept = Për të dhënat përgjigjet: { $controller }. Përgjigjet i fshijmë më së voni { $days ->
    [one] { $days } ditë
   *[other] { $days } ditë
} pasi të mbyllet regjistrimi.
form-no-consent = Në rregull. Pa pajtimin tuaj nuk dërgoj asgjë. Mund të ktheheni te përmbledhja ose ta fshini atë që keni shkruar.

form-receipt = **Regjistrimi u pranua: { $form }**

    Kodi juaj: **{ $code }**

    Ruajeni ose shkruajeni në letër. Mund ta thoni edhe me telefon.
form-receipt-next = Regjistrimi nuk premton vend as ndihmë. Çdo gjë është falas dhe askush nuk guxon t'ju kërkojë para. Si qëndron puna, e shihni kur të shkruani “regjistrimet e mia”.
form-receipt-anonymous = Regjistrimi është pa emër, prandaj nuk do ta shihni te regjistrimet tuaja dhe nuk mund t'ju shkruajmë. Kush e ka kodin mund të shohë si qëndron ose ta tërheqë: shkruani “regjistrimet e mia”, prekni “Kam një kod regjistrimi” dhe shkruani kodin. Me të mund të pyetni edhe në zyrë.
form-saved = **Ndryshimet u ruajtën: { $form }**

    Kodi juaj mbetet i njëjti: **{ $code }**
form-shared-phone = Nëse këtë telefon e përdor edhe dikush tjetër, fshijeni këtë bisedë prej tij.
form-exists = Tashmë keni një regjistrim: { $form }, kodi **{ $code }**. Mund ta ndryshoni, ose të regjistroni një anëtar të familjes.
form-already = Për të njëjtin person tashmë ekziston regjistrimi **{ $code }**. Nuk kam dërguar asgjë të re. T'i vë këto përgjigje në vend të të vjetrave?
form-replace = Po, zëvendëso përgjigjet
form-over-old = Ky buton i përket një regjistrimi tjetër dhe nuk zëvendësoi asgjë. Ajo që keni shkruar ka mbetur.
form-see = Shihe atë që ekziston
form-change = Ndryshoje
form-taken-over = Po vazhdojmë aty ku keni mbetur në vendin tjetër.
form-waits = Në rregull. “{ $form }” pret aty ku keni mbetur. Kur të jeni gati, prekni “Vazhdo regjistrimin” ose hapeni sërish të njëjtin regjistrim.
form-two = E keni filluar “{ $begun }”. Ta vazhdojmë atë, apo ta fillojmë “{ $wanted }”? Në atë rast ajo e filluara fshihet.
form-instead = Më mirë: { $form }
form-really-cancel = T'i fshij të gjitha që keni shkruar deri tani në këtë regjistrim?
form-drop = Po, fshije
form-dropped = U fshi. Nuk dërgova asgjë.
form-nothing = Nuk ka regjistrim të filluar.
form-changed = Formulari ka ndryshuar ndërkohë. Përgjigjet tuaja që vlejnë ende kanë mbetur.
form-gone = Ky regjistrim nuk ekziston më. Mund të pyetni një person nga zyra.
form-kept-draft = Ajo që keni shkruar ka mbetur. Nëse hapet, mund ta dërgoni menjëherë.
form-old-button = Ky buton është nga një pyetje e mëparshme dhe nuk ndryshoi asgjë.
form-urgent-answer = Nëse nuk jeni në rrezik dhe kjo është përgjigja në pyetje, prekni “Kjo është përgjigja ime”.
form-take = Kjo është përgjigja ime

form-wrong-text = Këtë nuk mund ta lexoj si përgjigje. Shkruajeni me fjalë.
form-wrong-long = Kjo është { $over } shenja më e gjatë se ç'duhet. Më së shumti { $most }. Shkurtojeni dhe dërgojeni sërish.
form-wrong-choice = Kjo nuk është ndër të ofruarat. Prekni një buton ose shkruani numrin a emrin e tij.
form-wrong-several = Nuk e kuptova. Prekni një ose më shumë butona, ose shkruani emrat me presje ndërmjet.
form-wrong-number = Më duhet vetëm një numër, për shembull { $example }.
form-wrong-range = Numri duhet të jetë nga { $least } deri në { $most }.
form-wrong-date = Datën nuk e kuptova. Shkruajeni kështu: { $example }
form-wrong-no-such-day = Kjo ditë nuk është në kalendar. Shkruajeni datën kështu: { $example }
form-wrong-year = Viti duhet të jetë nga { $least } deri në { $most }.
form-wrong-past = Kjo ditë ende s'ka ardhur, kurse ne pyesim për një ditë që ka kaluar. Për shembull: { $example }
form-wrong-future = Kjo ditë ka kaluar, kurse ne pyesim për një ditë që vjen. Për shembull: { $example }
form-wrong-phone = Kjo nuk duket si numër telefoni. Shkruani vetëm shifra me numrin e rrjetit, për shembull 049 123 456 ose 064 123 4567.
form-wrong-municipality = Këtë komunë nuk e gjej. Shkruani emrin e saj, për shembull Gjakovë ose Đakovica.
form-wrong-near = Një të tillë nuk e gjej. A keni menduar për ndonjërën prej këtyre?
form-wrong-which = Ka më shumë se një të tillë. Për cilën mendoni?
form-wrong-household = Prekni butonat, ose shkruani moshat e të gjithëve, për shembull: 41, 38, 12, 7.
form-wrong-many = Më së shumti { $most } persona. Nëse jeni më shumë, pyetni një person nga zyra.
form-wrong-age = Mosha duhet të jetë nga 0 deri në { $most }. Shkruajini me radhë, për shembull: 41, 38, 12, 7.

status-received = i pranuar
status-in-progress = po punohet për të
status-waiting = në pritje
status-accepted = i miratuar
status-declined = i refuzuar
status-done = i përfunduar
status-withdrawn = i tërhequr
status-news = Ka lajme për regjistrimin tuaj **{ $code }**.
status-open = Shihe

mine-title = **Regjistrimet tuaja**
mine-none = Nuk keni asnjë regjistrim.
mine-family = për anëtar të familjes
mine-one = **{ $form }**, kodi **{ $code }**
mine-status = Gjendja: **{ $status }** (prej: { $day })
mine-reason = Arsyeja: { $reason }
mine-contact-yes = Mund t'ju lajmërohemi për këtë regjistrim.
mine-contact-no = Për këtë regjistrim nuk ju lajmërohemi.
mine-contact-stop = Mos më lajmëroni
mine-contact-allow = Mund të më lajmëroni
mine-withdraw = Tërhiqe regjistrimin
mine-withdraw-sure = Ta tërheq regjistrimin { $code }? Përgjigjet fshihen menjëherë dhe zyra nuk i përdor më.
mine-withdraw-yes = Po, tërhiqe
mine-withdraw-no = Jo, lëre
mine-withdrawn = Regjistrimi { $code } u tërhoq. Përgjigjet u fshinë dhe pajtimi nuk vlen më.
mine-unknown = Te regjistrimet tuaja nuk ka kod të tillë. Kontrollojeni shenjë për shenjë.
mine-by-code = Kam një kod regjistrimi
mine-write-code = Shkruani kodin nga vërtetimi.
mine-finish-first = Keni një regjistrim të filluar. Së pari përfundojeni ose fshijeni.

data-title = **Të dhënat tuaja.** Mund t'i merrni të gjitha që ruajmë për ju, të ndreqni një regjistrim, ose t'i fshijmë të gjitha.
data-file = Dërgomi të dhënat e mia
data-correct = Ndreq diçka
data-forget = Fshij gjithçka për mua
data-links = Të dhënat tuaja janë gati. Secili buton punon një herë, në 15 minutat e ardhshme.
data-sent = Po ju dërgoj të dhënat tuaja në dy skedarë: njëri për lexim, tjetri për kompjuter.
data-html = Hape për lexim
data-json = Shkarkoje për kompjuter
data-gone = Kjo lidhje është përdorur tashmë ose i ka kaluar koha. Shkruani në bisedë “të dhënat e mia” dhe do të merrni një të re.
data-page-title = Të dhënat tuaja
data-page-person = Për ju
data-page-registrations = Regjistrimet
data-page-consents = Pajtimet
data-page-questions = Pyetjet për një person
data-page-messages = Mesazhet që ju kemi dërguar
data-page-code = Numri juaj
data-page-language = Gjuha
data-page-since = Keni shkruar për herë të parë
data-page-addresses = Kanalet
data-page-given = dhënë
data-page-withdrawn = tërhequr
data-page-gatherings = Takimet
data-page-names = Personat që vijnë me ju
data-page-phone = Telefoni
data-page-came = Sa prej jush erdhën
data-page-opinions = Në çfarë u përgjigjët më pas; vetëm numërohet
data-page-follows = Çfarë ndiqni
data-page-nothing = Asgjë.

forget-sure = T'i fshij të gjitha që ruajmë për ju: regjistrimet, përgjigjet, pyetjet, vendet në takime dhe këtë bisedë? Kjo nuk mund të kthehet.
forget-yes = Po, fshij gjithçka
forget-no = Jo, lëre
forget-done = Gjithçka për ju u fshi. Nëse shkruani sërish, fillojmë nga e para, sikur të mos njiheshim.

link-title = Nëse shkruani nga disa vende, për shembull nga telefoni dhe nga kompjuteri, mund t'i lidhni: atëherë në të dyja i shihni të njëjtat regjistrime.
link-show = Ma trego kodin
link-enter = Kam një kod
link-code = Kodi për lidhje: **{ $code }**

    Shkruajeni në vendin tjetër, brenda { $minutes } minutave. Mos ia jepni askujt: kush e ka, i sheh regjistrimet tuaja.
link-type = Shkruani kodin që e shihni në vendin tjetër.
link-done = U lidhën. Tani në të dyja vendet i shihni të njëjtat regjistrime.
link-wrong = Ky kod nuk vlen. Kontrollojeni shenjë për shenjë, ose kërkoni një të ri në vendin tjetër.
link-locked = Shumë kode të gabuara. Provoni sërish pas { $minutes } minutash.
link-part = Ndaje këtë pajisje
link-part-sure = Ta ndaj këtë pajisje? Regjistrimet tuaja mbeten në vendet e tjera, kurse këtu filloni nga e para. Nëse shkruani vetëm prej këtu, te regjistrimet nuk do të arrini më.
link-part-yes = Po, ndaje
link-parted = U nda. Këtu tani filloni nga e para.

# Fjalë që bëjnë diçka.
command-forms = regjistrimet, regjistrohu, formularët, /forms
command-mine = regjistrimet e mia, regjistrimi im, paraqitjet e mia, /mine
command-data = të dhënat e mia, çfarë di për mua, çfarë dini për mua, /data
command-forget = më harro, më fshij, fshij të dhënat e mia, fshij gjithçka për mua, /forget
command-link = lidhe telefonin, lidhja, /link
form-word-self = për mua, për vete, mua
form-word-family = për një anëtar të familjes, anëtar i familjes, për familjen
form-word-back = kthehu, mbrapa, prapa
form-word-skip = kaloje, kalo, tutje
form-word-later = më vonë, vazhdoj më vonë, herën tjetër
form-word-cancel = hiq dorë, heq dorë, anulo, ndërpre
form-word-done = gati, kaq
form-cues = regjistr, paraqit, apliko, aplikoj, dua të shkoj, i interesuar, e interesuar

# Për zyrën: nxjerrje, numra, raporti vjetor.
export-code = Kodi i regjistrimit
export-received = Pranuar
export-changed = Ndryshimi i fundit
export-status = Gjendja
export-family = Për anëtar të familjes
export-language = Gjuha dhe shkrimi
export-contact = Lejohet lajmërimi
stats-few = më pak se 5
stats-unknown = nuk është thënë
stats-form = Regjistrimet sipas llojit
stats-municipality = Sipas komunës
stats-month = Sipas muajit
stats-language = Sipas gjuhës dhe shkrimit
stats-category = Sipas kategorisë së personit
stats-opinions = Çfarë thanë vizitorët
report-title = Raporti vjetor { $year }
report-method = Vetëm numra të përgjithshëm. Numrat nën 5 janë të fshehur, të tjerët janë rrumbullakosur në 5. I numërojmë regjistrimet kur arrijnë.
report-tasks = Tetë detyrat thelbësore
report-task-contacts = Kontaktet me komunitetet dhe përfituesit
report-task-needs = Vlerësimi i nevojave
report-task-coordination = Bashkërendimi dhe bashkëpunimi me të tjerët
report-task-projects = Përgatitja dhe përcjellja e projekteve
report-task-strategies = Pjesëmarrja e komuniteteve në hartimin e strategjive
report-task-monitoring = Përcjellja e zbatimit të të drejtave të komuniteteve
report-task-advice = Këshilla për organet komunale
report-task-informing = Informimi i publikut dhe i komuniteteve
report-by-hand = Kjo nuk numërohet këtu; të plotësohet me dorë.
report-people = Njerëz të rinj në bisedë
report-gatherings = Takime dhe vizita të mbajtura
report-referrals = Drejtime te organizata të tjera
report-answers = Përgjigje të lexuara
report-questions = Pyetje drejtuar një personi
report-broadcasts = Njoftime të dërguara
