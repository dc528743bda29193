# The texts of the chat in English.

language-offer-sr-Cyrl = Ћирилица
language-offer-sr-Latn = Latinica
language-offer-sq = Shqip
language-offer-en = English

welcome = **Welcome. This is Prag.**

    Here you can ask about return, legal aid, vaccination, support, offices and your rights. Ask in your own words, whichever way is easiest.

    Everything is free of charge. Nobody may ask you for money for a place, a visit or help.
welcome-short = **Welcome to Prag.** Ask in your own words; everything is free of charge.
welcome-whose = This chat is run by: { $organisation }.
welcome-demonstration = This is a demonstration: the answers are real, but no office stands behind it yet.
welcome-language = { $language ->
   *[other] I am writing to you in English. If another way suits you better, choose:
}

menu-title = **Menu**
menu-ask = Choose a topic or just write your question.
menu-topic = **Menu › { $topic }**
menu-topic-ask = What would you like to know?
menu-empty = There are no answers under this topic yet. Write your question in your own words.

button-menu = Menu
button-back = ‹ { $topic }
button-more = More about this
button-related = Related
button-staff = Ask a person
button-staff-this = Send this question to a person
button-staff-other = Write another question
button-cancel = Cancel
button-useful = Yes, it helped
button-not-useful = No, not that
button-settings = Settings
button-language = Language and script
button-help = How this works
button-stop = Stop notices
button-start = Allow notices

answer-dated = Checked: { $day }. Source: { $sources }
answer-ended = **This programme has ended.** We keep the details so that you know what it was.
answer-review = This answer was due to be checked again by: { $day }. Ask a person before you rely on it.
answer-withdrawn = The answer “{ $title }” is out of date, so we have withdrawn it. A person at the office can tell you how things stand now.
answer-useful = Did this help you?
answer-related = **Related to “{ $title }”**
answer-no-related = There are no related answers.
answer-where = Menu › { $topic }
footnote = *This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ Opinion on the Kosovo declaration of independence.
source-undated = page without a date
source-about = about { $day }
date-year = { $year }

phone-emergency = { $name }: **{ $numbers }**
phone-dialled = { $name }: **{ $numbers }** (dialled by us: { $day })
phone-seen = { $name }: **{ $numbers }** (seen: { $day }; not dialled by us)

municipality-note = **{ $place }:** for this municipality ask at the municipal building where the office for communities and return is.
municipality-north = **{ $place }:** turn to your own municipality. The office for the same work may go by another name there.
municipality-registry = The Serbian registry books for this municipality are kept in: { $town }.
municipality-ask = Write the name of your municipality and I will tell you more.

found-choose = I am not sure which of these you are looking for. Please choose:
found-none-of-these = None of these
found-unknown = I have no reliable answer to this and I do not want to guess. Shall I ask a person at the office?
found-unknown-again = I still cannot answer. You can put it differently, or I can ask a person.
found-unknown-third = Three times I could not help, I am sorry. It is best that a person answers you.
found-empty = I can only read words. Write your question in one sentence or open the menu.
found-long = The message is very long, so I read only the beginning. If the answer is not right, write your question in one sentence.
found-other-language = Shall we go on in this language?

urgent-now = **If you are in danger, call now:**

    Police: **192**
    Fire brigade: **193**
    Ambulance: **194**
    In Kosovo* also: **112**

    Get to a safe place if you can. I am a program and cannot send help. If you are thinking of harming yourself, call 194 and stay with someone: you are not alone.
urgent-line = **If it is urgent, call: police 192, fire brigade 193, ambulance 194; in Kosovo* also 112.**
urgent-after = When you are safe you can go on here.

staff-ask-this =
    Shall I send this question to a person?

    “{ $question }”
staff-write = Write your question in one message. A person at the office will read it. Do not send personal numbers or passwords.
staff-asked =
    Your question has been received. Number: **{ $code }**

    The answer comes here, { $time }. The office is open { $hours }.
staff-cancelled = All right, I sent nothing.
staff-masked = I covered the personal number, because we do not need it. Please do not send it.
staff-answer = **Answer to your question { $code }**

    { $answer }
staff-too-short = That is too short for a person to understand. Write the question in one sentence.

small-greeting = Hello! What would you like to know? Write in your own words or open the menu.
small-thanks = You are welcome. I am here if you need anything else.
small-goodbye = Goodbye and all the best. You can write whenever you like.
small-how = Thank you for asking, I am a program and always ready. How can I help you?
small-who = I am Prag, a program that answers questions about return and support. When I do not know, I can ask a person at the office.
small-praise = Thank you, I am glad it helped.
small-complaint = I am sorry I did not help. Put the question differently, or I can ask a person.
small-abuse = I understand that you are angry. If you like I can ask a person, or tell me what you need.
small-yes-no = All right. What else would you like to know?
small-laughter = I am glad you are in good spirits. Can I help you with something?

language-choose = Choose language and script:
language-set = { $language ->
   *[other] From now on I write to you in English.
}

settings-title = **Settings**
settings-notices-on = Notices are on.
settings-notices-off = Notices are stopped. I still answer your questions.
settings-code = Your number: **{ $code }**. Tell it to a person at the office if they ask.

stop-done = Notices are stopped: we will not write to you first. I still answer your questions. If you change your mind, write START.
stop-already = Notices are stopped already.
start-done = Notices are on.
start-already = Notices are on already.

choice-old = That button or link is no longer valid, sorry. Here is the menu:

channel-only-text = I cannot read pictures, voice or documents. Write your question in words.
channel-slow = You are writing faster than I can read. Wait a little, then send one message.
channel-broken = Something broke on our side, sorry. Send the message again in a few minutes. If it is urgent, call 192, 193 or 194.
channel-frame = I did not understand this message. Reload the page and try again.

# Words that do something at once.
command-stop = stop, unsubscribe, stop notices, stop messages
command-start = start, start notices, allow notices
command-menu = menu, home, /menu
command-help = help, /help, how does this work
command-settings = settings, /settings
command-language = language, change language, script, change script, /language
command-sr-Cyrl = cyrillic, serbian cyrillic
command-sr-Latn = serbian, serbian latin
command-staff = operator, human, person, talk to a person
command-yes = yes, yes please, send it, sure
command-no = no, cancel, no thanks
command-more = more, tell me more

page-title = { $title } · Prag
page-print = Print
page-chat = Ask in the chat
page-unchecked = No native speaker has read this version yet.
page-sources = Sources
page-phones = Telephones
page-languages = This page in another language
page-missing = There is no such answer. Open the chat and ask in your own words.
page-as-of = Checked: { $day }
page-review = Next check by: { $day }
