# What the staff see in their own chat with the bot.

desk-linked = This chat is now your desk. New questions arrive here; answer by replying to the message, or write the question's number and then the answer.
desk-wrong-code = That code does not hold: it is wrong, used or old. Ask for a new one.
desk-locked = Too many wrong codes. Try again in half an hour.
desk-question = New question { $code }:

    “{ $question }”

    Reply to this message, or write: { $code } and then your answer.
desk-answered = The answer to { $code } has been sent.
desk-unreachable = The answer to { $code } is kept, but the person cannot get it.
desk-not-answered = There is no question { $code }, or it has been answered.
desk-morning = Good morning. Questions waiting: { $waiting }. Overdue: { $overdue }. Messages that did not arrive (24 hours): { $failed }.
