# Forms, registrations and people's rights over their data.

button-forms = Sign up
button-mine = My registrations
button-data = My data
button-link = Link another phone or channel

form-sign-up = Sign up: { $form }
form-list = **What would you like to sign up for?** Everything is free of charge and binds you to nothing.
form-begin = Begin
form-more = More about what you keep
form-full = The full text about the data
form-whom = Who is this registration for?
form-for-self = For me
form-for-family = For a family member
form-progress = { $place } of { $all }
form-now = Written now: **{ $answer }**
form-so-far = So far: **{ $answer }**
form-done = Done
form-keep = Leave it so
form-skip = Skip
form-back = Back
form-later = Continue later
form-resume = Continue signing up
form-skipped = skipped
form-yes = Yes
form-no = No
form-not-optional = Without this answer the registration cannot be sent. If you do not want to give it, you can cancel or ask a person.
form-members = { $count ->
    [one] { $count } person
   *[other] { $count } persons
}
form-age-0-6 = up to 6
form-age-7-17 = 7 to 17
form-age-18-59 = 18 to 59
form-age-60 = 60 and over
form-age-first = Tap the person's age first, then what they need.

form-summary = Please look whether everything is right:
form-right = Everything is right
form-edit = Change something
form-edit-which = What would you like to change?
form-to-summary = Back to the summary
form-agree = I agree
form-disagree = I do not agree
form-contact = May we contact you about this registration, here or by telephone? You can take that back at any time. The registration holds even if you say no.
form-kept = Responsible for the data: { $controller }. We erase the answers at the latest { $days ->
    [one] { $days } day
   *[other] { $days } days
} after the registration is closed.
form-no-consent = All right. Without your consent I send nothing. You can go back to the summary or erase what you wrote.

form-receipt = **Your registration has been received: { $form }**

    Your code: **{ $code }**

    Keep it or copy it to paper. You can also read it out on the telephone.
form-receipt-next = A registration promises neither a place nor help. Everything is free of charge and nobody may ask you for money. To see how it stands, write “my registrations”.
form-receipt-anonymous = The registration is without your name, so you will not see it among your registrations and we cannot write to you. Whoever has the code can see how it stands or withdraw it: write “my registrations”, tap “I have a registration code” and type the code. You can also ask at the office with it.
form-saved = **Your changes are saved: { $form }**

    Your code is the same: **{ $code }**
form-shared-phone = If somebody else uses this phone too, delete this chat from it.
form-exists = You already have a registration: { $form }, code **{ $code }**. You can change it, or sign up a family member.
form-already = There is already a registration for the same person, **{ $code }**. I sent nothing new. Shall I put these answers in place of the old ones?
form-replace = Yes, replace the answers
form-over-old = That button belongs to another registration and replaced nothing. What you wrote has stayed.
form-see = Look at the existing one
form-change = Change it
form-taken-over = We go on where you stopped in the other place.
form-waits = All right. “{ $form }” waits where you stopped. When you are ready, tap “Continue signing up” or open the same form again.
form-two = You began “{ $begun }”. Shall we go on with it, or begin “{ $wanted }”? What was begun is then erased.
form-instead = Rather: { $form }
form-really-cancel = Shall I erase everything you have written in this form so far?
form-drop = Yes, erase
form-dropped = Erased. I sent nothing.
form-nothing = There is no form half filled in.
form-changed = The form has been changed meanwhile. Those of your answers that still hold have stayed.
form-gone = This form no longer exists. You can ask a person at the office.
form-kept-draft = What you wrote has stayed. If it opens again, you can send it at once.
form-old-button = That button belongs to an earlier question and changed nothing.
form-urgent-answer = If you are not in danger and this is the answer to the question, tap “That is my answer”.
form-take = That is my answer

form-wrong-text = I cannot read this as an answer. Please write it in words.
form-wrong-long = That is { $over } characters too long. At most { $most } fit. Please shorten it and send it again.
form-wrong-choice = That is not among the choices. Tap one of the buttons, or write its number or name.
form-wrong-several = I did not understand. Tap one or more buttons, or write the names with commas between them.
form-wrong-number = I need just a number, for example { $example }.
form-wrong-range = The number should be from { $least } to { $most }.
form-wrong-date = I did not understand the date. Write it like this: { $example }
form-wrong-no-such-day = There is no such day in the calendar. Write the date like this: { $example }
form-wrong-year = The year should be from { $least } to { $most }.
form-wrong-past = That day is still to come, and we ask for a day that has passed. For example: { $example }
form-wrong-future = That day has passed, and we ask for a day to come. For example: { $example }
form-wrong-phone = That does not look like a telephone number. Write only digits with the network number, for example 064 123 4567 or 049 123 456.
form-wrong-municipality = I cannot find that municipality. Write its name, for example Gjakovë or Đakovica.
form-wrong-near = I cannot find that one. Did you mean one of these?
form-wrong-which = There is more than one of that name. Which do you mean?
form-wrong-household = Tap the buttons, or write everybody's ages, for example: 41, 38, 12, 7.
form-wrong-many = At most { $most } persons. If there are more of you, ask a person at the office.
form-wrong-age = Ages should be from 0 to { $most }. Write them in a row, for example: 41, 38, 12, 7.

status-received = received
status-in-progress = being worked on
status-waiting = waiting
status-accepted = accepted
status-declined = declined
status-done = done
status-withdrawn = withdrawn
status-news = There is news about your registration **{ $code }**.
status-open = Look

mine-title = **Your registrations**
mine-none = You have no registrations.
mine-family = for a family member
mine-one = **{ $form }**, code **{ $code }**
mine-status = Status: **{ $status }** (since: { $day })
mine-reason = Reason: { $reason }
mine-contact-yes = We may contact you about this registration.
mine-contact-no = We do not contact you about this registration.
mine-contact-stop = Do not contact me
mine-contact-allow = You may contact me
mine-withdraw = Withdraw it
mine-withdraw-sure = Shall I withdraw registration { $code }? The answers are erased at once and the office uses them no more.
mine-withdraw-yes = Yes, withdraw
mine-withdraw-no = No, leave it
mine-withdrawn = Registration { $code } is withdrawn. The answers are erased and the consent has ended.
mine-unknown = There is no such code among your registrations. Check it character by character.
mine-by-code = I have a registration code
mine-write-code = Write the code from the receipt.
mine-finish-first = You have a form half filled in. Finish it or erase it first.

data-title = **Your data.** You can have everything we keep about you, correct a registration, or have everything erased.
data-file = Send me my data
data-correct = Correct something
data-forget = Erase everything about me
data-links = Your data is ready. Each button works once, within the next 15 minutes.
data-sent = I am sending you your data in two files: one to read, the other for a computer.
data-html = Open to read
data-json = Download for a computer
data-gone = This link has been used already or is too old. Write “my data” in the chat and you will get a new one.
data-page-title = Your data
data-page-person = About you
data-page-registrations = Registrations
data-page-consents = Consents
data-page-questions = Questions to a person
data-page-messages = Messages we sent you
data-page-code = Your number
data-page-language = Language
data-page-since = You first wrote
data-page-addresses = Channels
data-page-given = given
data-page-withdrawn = withdrawn
data-page-gatherings = Gatherings
data-page-names = People who come with you
data-page-phone = Telephone
data-page-came = How many of you came
data-page-opinions = What you answered afterwards; only counted
data-page-follows = What you follow
data-page-nothing = Nothing.

forget-sure = Shall I erase everything we keep about you: registrations, answers, questions, seats at gatherings and this chat? It cannot be undone.
forget-yes = Yes, erase everything
forget-no = No, keep it
forget-done = Everything about you has been erased. If you write again, we begin anew, as if we had never met.

link-title = If you write from several places, for example from a phone and from a computer, you can link them: then you see the same registrations in both.
link-show = Show me a code
link-enter = I have a code
link-code = Linking code: **{ $code }**

    Type it in the other place within the next { $minutes } minutes. Give it to nobody: whoever has it sees your registrations.
link-type = Write the code you see in the other place.
link-done = Linked. You now see the same registrations in both places.
link-wrong = That code is not valid. Check it character by character, or ask for a new one in the other place.
link-locked = Too many wrong codes. Try again in { $minutes } minutes.
link-part = Part this device
link-part-sure = Shall I part this device? Your registrations stay in the other places, and here you begin anew. If you write only from here, you will not reach the registrations any more.
link-part-yes = Yes, part it
link-parted = Parted. Here you now begin anew.

# Words that do something.
command-forms = sign up, forms, /forms
command-mine = my registrations, my registration, my applications, /mine
command-data = my data, what do you know about me, show my data, /data
command-forget = forget me, erase me, delete my data, erase my data, /forget
command-link = link, link phone, link my phone, /link
form-word-self = for me, for myself, me
form-word-family = for a family member, family member, for family
form-word-back = back, go back
form-word-skip = skip, skip this, next
form-word-later = later, continue later, another time
form-word-cancel = cancel, give up, quit
form-word-done = done, that is all
form-cues = sign up, sign me up, sign, register, apply, enrol, enroll, put me down, interested

# For the office: exports, counts, the yearly report.
export-code = Registration code
export-received = Received
export-changed = Last change
export-status = Status
export-family = For a family member
export-language = Language and script
export-contact = May be contacted
stats-few = fewer than 5
stats-unknown = not given
stats-form = Registrations by kind
stats-municipality = By municipality
stats-month = By month
stats-language = By language and script
stats-category = By category of person
stats-opinions = What visitors said
report-title = Yearly report { $year }
report-method = Counts only. Numbers under 5 are hidden, the rest are rounded to 5. Registrations are counted as they come in.
report-tasks = The eight core tasks
report-task-contacts = Contacts with communities and beneficiaries
report-task-needs = Assessment of needs
report-task-coordination = Coordination and cooperation with others
report-task-projects = Preparing and monitoring projects
report-task-strategies = Communities' part in drafting strategies
report-task-monitoring = Monitoring how communities' rights are applied
report-task-advice = Advice to municipal bodies
report-task-informing = Informing the public and communities
report-by-hand = Not counted here; to be completed by hand.
report-people = New people in the chat
report-gatherings = Gatherings and visits held
report-referrals = Referrals to other organisations
report-answers = Answers read
report-questions = Questions put to a person
report-broadcasts = Notices sent
