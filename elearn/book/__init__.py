"""A course as a printed book: contents, modules, check-yourself questions, glossary, and the answers apart.

``nodes`` turns the safe HTML of a compiled course into a tree of plain values, ``questions`` prints a question with
boxes to tick and lines to write on, ``contents`` puts the book together, ``press`` prints it. Pure but for the view.
Quizzes and exams are not in it: their keys never reach a learner.
"""
