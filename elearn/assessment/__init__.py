"""Quizzes and exams: attempts, answers, marks; and the check-yourself questions of lessons.

An *attempt* stores its seed and its *paper*: the questions it drew with the order of their choices, so that it can be
replayed. An *answer* is an append-only fact; the last one for a question counts (where one sees at once what was
right, the first). Marks are given when the attempt is handed in, and become an outcome in ``learning``. The
server decides time: an attempt whose time is over is handed in, with what was saved, the next time anybody looks at it.

The rules are four pure modules, as one would be too long: ``rules`` (what an attempt may), ``drawing`` (papers),
``marking`` (responses and points), ``reading`` (typed words and numbers). Beside them stands ``analysis``: what the
answers of many say about a question, from what ``answered`` counts in the database.

A disputed attempt can be told again (``replaying``), and marked again by the keys of a later release: ``remarking`` has
the rules, ``correcting`` does it.
"""
