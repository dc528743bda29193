# Çka shohin punonjësit në bisedën e tyre me botin.

desk-linked = Kjo bisedë tash është vendi juaj i punës. Këtu vijnë pyetjet e reja; përgjigjuni duke iu përgjigjur mesazhit, ose shkruani numrin e pyetjes dhe pastaj përgjigjen.
desk-wrong-code = Ky kod nuk vlen: është i gabuar, i përdorur ose i vjetër. Kërkoni një të ri.
desk-locked = Tepër shumë kode të gabuara. Provoni sërish pas gjysmë ore.
desk-question = Pyetje e re { $code }:

    “{ $question }”

    Përgjigjuni këtij mesazhi, ose shkruani: { $code } dhe pastaj përgjigjen.
desk-answered = Përgjigjja për { $code } u dërgua.
desk-unreachable = Përgjigjja për { $code } u ruajt, por personi nuk mund ta marrë.
desk-not-answered = Pyetja { $code } nuk ekziston ose ka marrë përgjigje tashmë.
desk-morning = Mirëmëngjes. Pyetje në pritje: { $waiting }. Me afat të kaluar: { $overdue }. Mesazhe që nuk arritën (24 orë): { $failed }.
