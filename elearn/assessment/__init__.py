"""Quizzes and exams: attempts, answers, marks; and the check-yourself questions of lessons.

An *attempt* stores its seed and its *paper*: the questions it drew with the order of their choices, so that it can be
replayed. An *answer* is an append-only fact; the last one for a question counts (where one sees at once what was
right, the first). Marks are given when the attempt is handed in, and become an outcome in ``learning``; where an open
answer waits for a trainer (``by_hand``), score and outcome come when the last of these was returned. The
server decides time: an attempt whose time is over is handed in, with what was saved, the next time anybody looks at it.

The rules are four pure modules, as one would be too long: ``rules`` (what an attempt may), ``drawing`` (papers),
``marking`` (responses and points), ``reading`` (typed words and numbers). Beside them stands ``analysis``: what the
answers of many say about a question, from what ``answered`` counts in the database.

Three parts have packages of their own: ``attachments`` (files of open answers), ``by_hand`` (their marking), and
``disputes`` (attempts told and marked again).
"""
