"""A small course whose quiz has two ledgers, one in the text that varies and one from a file, and a lesson with one.

Feedback carries a word of its own (:data:`SECRETS`), so that a test can look for it.
"""

import csv
from io import StringIO

from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.question import Ledger
from tests.quiz_course import COURSE, FEEDBACK, SLUG

SECRETS = (FEEDBACK, "zqnote", "is-found", "is-missed", "is-alarm", "analyst hour")
START = f"/courses/{SLUG}/quizzes/small-quiz"

MODULE = """---
title: The one module
minutes: 10
objectives:
  - Pick a row
---
An opening.

## A section <!-- id: a-section -->

Some words.

### Which rows matter here? <!-- q: first -->

| Pick | Day   | What       | Amount | > Why                       |
|------|-------|------------|-------:|-----------------------------|
| [ ]  | 03.05 | Salary     |  1,450 | zqfeedback: a salary.       |
| [x]  | 04.05 | A. Dorn    |    900 | zqfeedback: just under.     |
| [x]  | 05.05 | B. Varn    |    950 | zqfeedback: once more.      |
"""
QUIZ = """---
quiz: small-quiz
title: "Quiz: ledgers"
pass_mark: 70
attempts: 3
feedback: after-attempt
---
## Which deposits stay under 1,000 by design? <!-- id: inline | variant: seeded | limit: 1000 -->

A. Dorn has an account.

| Pick | Day   | From    | To      | Amount | > Why                              |
|:----:|-------|---------|---------|-------:|------------------------------------|
| [ ]  | 03.05 | Payroll | A. Dorn |  1,450 | zqfeedback: a salary of A. Dorn.   |
| [x]  | 04.05 | Kiosk 4 | A. Dorn |    900 | zqfeedback: just under the limit.  |
| [x]  | 04.05 | Kiosk 7 | A. Dorn |    950 | zqfeedback: another, the same day. |
| [ ]  | 05.05 | K. Mett | A. Dorn |     40 | zqfeedback: a friend.              |

> [!IMPORTANT]
> zqnote for trainers.

## Which transfers would you report? <!-- id: long | points: 2 | hours: 2 | days: 30 -->

[Ledger of May](data/ledger.csv)

- [x] T0003
  > zqfeedback: the third.
- [x] T0005
- [ ] T0001
  > zqfeedback: the first is a salary.
"""


def ledger_csv(count: int = 80) -> bytes:
    """A ledger of so many rows, as a bank exports it."""
    made = StringIO()
    write = csv.writer(made)
    write.writerow(["Key", "Date", "From", "To", "Purpose", "Amount"])
    for number in range(1, count + 1):
        day = f"{2026}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        sides = (f"Customer {number * 7919 % 4001}", f"Account {number * 104729 % 99991}")
        write.writerow([f"T{number:04}", day, *sides, f"Invoice {number * 31 % 7919}", f"{number * 37 % 9000 + 10}.50"])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def course_files(count: int = 80, quiz: str = QUIZ) -> dict[str, bytes]:
    """The folder; the long ledger has ``count`` rows."""
    return {
        "course.md": COURSE.replace("completion: {modules: all, exam: 80}", "completion: {modules: all}").encode(),
        "01-one/module.md": MODULE.encode(),
        "01-one/quiz.md": quiz.encode(),
        "01-one/data/ledger.csv": ledger_csv(count),
    }


def compiled(count: int = 80) -> Course:
    """The course without a database."""
    made = compile_course(SLUG, course_files(count))
    assert made.course is not None, made.problems
    return made.course


def ledger_of(course: Course, question_id: str) -> Ledger:
    """A ledger of the quiz."""
    quiz = course.quiz("small-quiz")
    assert quiz is not None
    question = next(each for each in quiz.questions if each.id == question_id)
    assert isinstance(question, Ledger)
    return question
