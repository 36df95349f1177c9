"""The outbox: what is to be done soon and may fail for a while, such as a letter that a mail server does not take.

A job is put down in the transaction of what it follows from, so it is there exactly when that is. A process of its own
(``serving.jobs``) does what is due. What fails is tried again, ever later, until its kind's time is over; then it has
failed, which administrators see, and can start again. A job is done at least once: one that was cut off half-way is
done anew, so that doing it twice must come to the same.

Nothing secret waits here: the token of a link is made when its letter is written.
"""
