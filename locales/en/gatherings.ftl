# Gatherings: meetings, presentations, visits; seats, reminders, posters.

gathering-kind-go-and-see = go-and-see visit
gathering-kind-meeting = meeting
gathering-kind-presentation = presentation
gathering-kind-round-table = round table
gathering-kind-legal-aid-day = legal-aid day
gathering-kind-mobile-team = mobile team

gathering-line = **{ $title }** ({ $kind })
    { $when }
    { $place }
gathering-when = When: { $when }
gathering-where = Where: { $place }
gathering-points = Meeting points:
gathering-bring = Bring with you: { $things }
gathering-until = Sign up by: { $moment }
gathering-limit = { $count ->
    [one] Each party may have one person.
   *[other] Each party may have up to { $count } people.
}
gathering-people = { $count ->
    [one] one person
   *[other] { $count } people
}
gathering-free = { $count ->
    [one] One seat is free.
   *[other] { $count } seats are free.
}
gathering-full = { $count ->
    [0] All seats are taken. You would be first on the waiting list.
    [one] All seats are taken. One party is on the waiting list.
   *[other] All seats are taken. { $count } parties are on the waiting list.
}
gathering-soon = Signing up begins: { $moment }
gathering-draft = This has not been announced yet.
gathering-cancelled = **This gathering has been cancelled.**
gathering-closed = Signing up is closed.
gathering-running = This gathering has begun.
gathering-over = This gathering is over.
gathering-free-of-charge = Taking part is free of charge. Nobody may ask you for money for a seat.
gathering-note = **Rules for the trip** (checked: { $day }): { $note }
gathering-unknown = There is no such gathering, or it is over. Here is what is coming up:

gatherings-title = **What is coming up**
gatherings-none = Nothing has been announced at the moment. Staff enter gatherings here as soon as they are arranged. Follow a topic and we will write to you when there is something new.
gatherings-none-here = Nothing like this has been announced at the moment. You can see everything that is coming up.
gatherings-choose = Choose a gathering for details and signing up:
gatherings-which = { $about ->
    [place] Which place?
    [month] Which month?
    [topic] Which topic?
   *[kind] What kind of gathering?
}

button-gatherings = What is coming up
button-gatherings-all = All gatherings
button-by-kind = By kind
button-by-place = By place
button-by-month = By month
button-by-topic = By topic
button-details = Details
button-sign-up = Sign up
button-join-waiting = Join the waiting list
button-my-seats = My seats
button-accept-seat = Yes, we take the seats
button-decline-seat = No, give them to others
button-coming = We are coming
button-leave-seat = We are not coming
button-leave-yes = Yes, give up the seats
button-keep-seat = No, we are coming
button-change-size = Change the number of people
button-reminders-off = No reminders for this
button-reminders-on = Remind me of this
button-keep-reminders = Keep reminders for these
button-calendar = Add to calendar
button-gathering-form = Form: { $form }
button-follow-topic = Tell me of new ones: { $name }
button-unfollow = Stop following: { $name }
button-follows = What I follow
button-skip = Skip
button-size = { $count ->
    [one] Just me
   *[other] { $count } people
}

seat-ask-size = How many of you are coming? Choose or write a number, up to { $count }.
seat-size-wrong = I did not understand how many of you there are. Write a number from 1 to { $count }.
seat-ask-point = Where will you join us?
seat-ask-names = For this visit the organiser needs a list of names. Write the first and last name of everybody who is coming, separated by commas ({ $people }). We keep the names locked and delete them after the visit. Do not send personal numbers.
seat-names-wrong = I need { $count ->
    [one] one name
   *[other] { $count } names
 }, separated by commas.
seat-ask-phone = If you like, leave a telephone number in case something changes on the way. You can also skip this.
seat-phone-wrong = That does not look like a telephone number. Write it once more, or skip.
seat-stopped = All right, we did not go on with signing up.
seat-taken = **You have your seats.** { $standing }
seat-queued = **You are on the waiting list.** { $standing } As soon as enough seats become free we will write to you here, and you will have time to decide.
seat-is-seated = Your seats are kept: { $people }.
seat-is-offered = Seats are offered to you: { $people }. Please answer by: { $moment }
seat-is-waiting = You are number { $position } on the waiting list: { $people }.
seat-is-held = Staff keep you on the waiting list and will write to you when there are seats for you: { $people }.
seat-is-none = You have no seat at this gathering.
seat-meet = Be there at: { $point }
seat-confirmed = Thank you, we are counting on you.
seat-resized = Changed. { $standing }
seat-ask-leave = Shall we give up your seats? Somebody else will get them.
seat-left = You have given up your place. Thank you for telling us: somebody else can come now.
seat-refused = { $why ->
    [closed] Signing up for this gathering is closed. Ask a person whether something can still be done.
    [not-open] Signing up for this gathering has not begun yet.
    [cancelled] This gathering has been cancelled.
    [over] This gathering has already begun.
    [too-big] Your party is larger than is possible here: the most is { $most }. Ask a person if there are more of you.
    [no-room] There is no room for that many. Nothing has changed; you can have up to { $most }.
    [no-more] Signing up is closed, so there cannot be more of you; nothing has changed. There can be fewer. Ask a person whether something can still be done.
    [already] You have already signed up for this gathering.
    [no-offer] This offer is no longer open; the seats went to the next in line. You can join the waiting list again.
    [no-seat] You have no seat at this gathering.
   *[unknown] There is no such gathering any more.
}

seats-title = **Your seats**
seats-none = You have not signed up for any gathering that is to come.
seats-at-stop = You still have seats here; they stay yours, and we will tell you if something changes or is cancelled:
seats-at-stop-ask = Reminders for them have stopped too. Shall we keep just those?
reminders-kept = All right: reminders for your seats will come, nothing else.
reminders-off = All right, no reminders for this gathering. Your seats stay yours.
reminders-on = All right, we will remind you before this gathering.
reminders-none = There is nothing to remind you of: you have no seats.

follow-done = All right. When a gathering is announced ({ $name }), we will write to you.
follow-ended = All right, we will not write to you about this any more: { $name }.
follow-none = You do not follow anything yet. Choose what you would like to hear of:
follow-list = **What you follow**
follow-stopped = Notices are stopped at the moment. Write START so that they can reach you.

day-today = today
day-tomorrow = tomorrow
day-in = in { $days ->
    [one] one day
   *[other] { $days } days
}
notice-reminder = **Reminder: { $day }.** { $when }
notice-offer = **Seats have become free for you.** Please answer by: { $moment }
notice-offer-after = If we do not hear from you by then, the seats go to the next in line.
notice-lapsed = The time to accept the seats has passed, so they were offered to the next in line. If you still want to come, join the waiting list again.
notice-seated = **You have seats.** Staff have given you seats at this gathering.
notice-waiting = We are sorry: there are fewer seats than planned and yours had to be taken back. You are on the waiting list again, at the place you had when you signed up.
notice-held = **You are on the waiting list.** Staff have put you there and will write to you here when there are seats for you. Ask a person if you would like to know why.
notice-removed = We are sorry: staff have taken your party off the list of this gathering. Ask a person if you would like to know why.
notice-moved = **A change: this gathering has a new time or place.** { $when }
notice-cancelled = **This gathering has been cancelled.** You need not do anything.
notice-new = **A new gathering.** { $when }
notice-new-why = You get this because you follow it. “What I follow” ends it.
notice-opinion = **You were with us. How was it?** Three short questions, no names; you need not answer.

opinion-useful = Did the visit help you to decide?
opinion-safe = Did you feel safe during the visit?
opinion-again = Would you recommend such a visit to others?
opinion-yes = Yes
opinion-partly = Partly
opinion-no = No
opinion-done = Thank you. If you want to tell us more, write to a person.
opinion-closed = Thank you, we have your answers already.

calendar-reminder = Reminder
poster-free = Free of charge
poster-how = Point your telephone's camera at a square
poster-ask = Ask in your own words: in Cyrillic, in Latin script, in Albanian or in English.
poster-web = Web
page-gathering-missing = There is no such gathering.

command-gatherings = what is coming up, gatherings, calendar, when is the next meeting, when is the next gathering, upcoming
command-my-seats = my seats, where am i signed up, my gatherings
command-follows = what i follow, follow

# Words for how many people come.
count-1 = just me, one, alone, myself
count-2 = two, both of us, two of us, the two of us
count-3 = three, three of us
count-4 = four, four of us
count-5 = five, five of us
count-6 = six, six of us
