"""A small course with a quiz of every kind of question, a pool, an exam and a check-yourself question.

What no learner may see too early carries a word of its own (:data:`SECRETS`), so that a test can look for it.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.content.compiler import compile_course
from elearn.content.course import Course, Quiz
from elearn.core.identifiers import new_client_id
from elearn.learning.queries import Learning, required_learning
from elearn.learning.rules import OutcomeKind, places
from elearn.learning.services import enrol, record_outcome
from tests.factories import NOON

SLUG = "quizzing"
FEEDBACK = "zqfeedback"
EXPLANATION = "zqexplanation"
NOTE = "zqnote"
KEY_WORD = "zqkeyword"
PATTERN = "zqpattern"
SECRETS = (FEEDBACK, EXPLANATION, NOTE, KEY_WORD, PATTERN, "is-right", "is-wrong")

COURSE = """---
course: quizzing
title: A course about quizzes
language: en
version: 1.0.0
hours: 1
level: basic
completion: {modules: all, exam: 80}
certificate: {valid: 24 months}
---
A course for tests.
"""
MODULE = """---
title: The one module
minutes: 10
objectives:
  - Answer a question
---
An opening.

## A section <!-- id: a-section -->

Some words.

### Which comes first? <!-- q: first -->

- ( ) The last one
  > zqfeedback: it comes last.
- (x) The first one
- ( ) The middle one
  > zqfeedback: it comes between.

> [!NOTE]
> zqexplanation: see [a section](#a-section).

### What is it called? <!-- q: called -->

- = zqkeyword
- != wrongword
  > zqfeedback: a known mistake.
"""
QUIZ = """---
quiz: small-quiz
title: "Quiz: every kind"
pass_mark: 70
SETTINGS
---
Five questions.

## Which one is it? <!-- id: single -->

- ( ) Apples
  > zqfeedback for apples.
- (x) Pears
- ( ) Plums
  > zqfeedback for plums.

> [!NOTE]
> zqexplanation: pears, see [a section](module.md#a-section).

> [!IMPORTANT]
> zqnote for trainers.

## Which ones are they? <!-- id: several | points: 2 -->

- [x] Kites `60%`
- [x] Drums `40%`
- [ ] Bells `-25%`
  > zqfeedback for bells.

## Is it so? <!-- id: statement -->

- (x) True
- ( ) False
  > zqfeedback for false.

## What is the word? <!-- id: word -->

- = zqkeyword
- = /zqpattern|other.*/ `50%`
- != wrongword
  > zqfeedback for the wrong word.

## How much is it? <!-- id: amount -->

- = 15000 ± 10 EUR
"""
POOL = """---
pool: things
title: Things
---
""" + "\n".join(
    f"""## Question {number} of the pool? <!-- id: pool-{number} | tags: {"odd" if number % 2 else "even"} -->

- (x) Right {number}
- ( ) Wrong {number}
  > zqfeedback {number}.

> [!NOTE]
> zqexplanation {number}: see [a section](../01-one/module.md#a-section).
"""
    for number in range(1, 7)
)
EXAM = """---
quiz: the-exam
title: "Exam: of the pool"
pass_mark: 80
SETTINGS
draw:
  - {from: pools/things.md, count: 3}
---
"""
ALL_RIGHT = {
    "single": ["Pears"],
    "several": ["Kites", "Drums"],
    "statement": ["True"],
    "word": ["zqkeyword"],
    "amount": ["15 000,0 eur"],
}
ALL_WRONG = {
    "single": ["Apples"],
    "several": ["Bells"],
    "statement": ["False"],
    "word": ["wrongword"],
    "amount": ["14"],
}


def course_files(quiz: str = "attempts: 3", exam: str = "attempts: 2") -> dict[str, bytes]:
    """The folder; ``quiz`` and ``exam`` are lines of front matter."""
    texts = {
        "course.md": COURSE,
        "01-one/module.md": MODULE,
        "01-one/quiz.md": QUIZ.replace("SETTINGS", quiz),
        "pools/things.md": POOL,
        "exam.md": EXAM.replace("SETTINGS", exam),
    }
    return {path: text.encode() for path, text in texts.items()}


def compiled(quiz: str = "attempts: 3", exam: str = "attempts: 2") -> Course:
    """The course without a database."""
    made = compile_course(SLUG, course_files(quiz, exam))
    assert made.course is not None, made.problems
    return made.course


def values_of(course: Course, quiz_id: str, question_id: str, words: list[str]) -> list[str]:
    """What a form sends for answers named by their words; what is typed is sent as it is."""
    quiz = course.quiz(quiz_id)
    assert quiz is not None
    pools = [question for pool in course.pools for question in pool.questions]
    question = next(each for each in (*quiz.questions, *pools) if each.id == question_id)
    by_words = {html: answer_id for answer_id, html in question.texts["en"].answers.items()}
    return [by_words.get(word, word) for word in words]


def enrolled(
    session: Session, person: Person, files: dict[str, bytes] | None = None, *, now: datetime = NOON
) -> tuple[Learning, Course, Quiz]:
    """Publish the course and enrol a person; what one needs to start its quiz."""
    publish(session, SLUG, files or course_files(), now=now - timedelta(days=9))
    enrol(session, person, current_release(session, SLUG), now=now - timedelta(days=8))
    learning = required_learning(session, person.id, SLUG)
    course = compile_course(SLUG, files or course_files()).course
    assert course is not None
    quiz = course.quiz("small-quiz")
    assert quiz is not None
    return learning, course, quiz


def read_everything(session: Session, learning: Learning, course: Course, *, now: datetime = NOON) -> Learning:
    """Read every section, so that the exam opens."""
    for place in places(course):
        record_outcome(
            session,
            learning.enrolment_id,
            client_id=new_client_id(),
            kind=OutcomeKind.SECTION_READ,
            unit=place.unit,
            now=now,
        )
    return required_learning(session, learning.person_id, learning.slug)
