"""The small course of :mod:`tests.quiz_course` with open questions in a quiz and in the exam."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import read_response
from elearn.assessment.models import Attachment, Attempt, HandMarking
from elearn.assessment.queries import sitting_held
from elearn.assessment.services import save_answer, start_attempt, submit_attempt
from elearn.catalogue.models import CourseRecord
from elearn.catalogue.queries import compiled_course, current_release
from elearn.catalogue.services import publish
from elearn.content.course import Course
from elearn.content.question import OpenAnswer
from elearn.core.identifiers import new_client_id, new_public_id
from elearn.learning.models import Enrolment
from elearn.learning.queries import required_learning
from elearn.learning.services import enrol
from tests.factories import NOON, a_person
from tests.quiz_course import COURSE, MODULE, SLUG, values_of

MODEL = "zqmodel"
LEVEL = "zqlevel"
SECRETS = (MODEL, LEVEL, "zqfeedback", "zqexplanation")
"""What an officer may not see before an answer was returned."""

OPEN = """
## Why is it suspicious? <!-- id: why | points: 4 | words: 150 | upload: pdf, png -->

Say it in your own words.

| Criterion           | 0              | 1              | 2              |
|---------------------|----------------|----------------|----------------|
| Names the red flags | zqlevel none   | zqlevel some   | zqlevel all    |
| Says what to do     | zqlevel nought | zqlevel a step | zqlevel a plan |

> [!NOTE]
> zqexplanation: see [a section](MODULE#a-section).

> [!IMPORTANT]
> zqmodel: three deposits under the limit.
"""
SECOND_OPEN = """
## What comes next? <!-- id: next | points: 2 -->

| Criterion | 0            | 1             |
|-----------|--------------|---------------|
| Is clear  | zqlevel dark | zqlevel clear |
"""
SINGLE = """
## Which one is it? <!-- id: single | points: 2 -->

- ( ) Apples
  > zqfeedback for apples.
- (x) Pears
"""
QUIZ = """---
quiz: open-quiz
title: "Quiz: in your own words"
pass_mark: 70
attempts: 3
SETTINGS
---
"""
EXAM = """---
quiz: the-exam
title: "Exam: in your own words"
pass_mark: 80
attempts: 2
---
"""
TEXT = "Three deposits\n\nunder the <b>limit</b>."
WHY_BEST, WHY_HALF = [2, 2], [1, 1]


def open_files(settings: str = "feedback: after-attempt", quiz: str = SINGLE + OPEN + SECOND_OPEN) -> dict[str, bytes]:
    """The folder; ``settings`` are lines of the quiz's front matter, ``quiz`` its questions."""
    texts = {
        "course.md": COURSE,
        "01-one/module.md": MODULE,
        "01-one/quiz.md": QUIZ.replace("SETTINGS", settings) + quiz.replace("MODULE", "module.md"),
        "exam.md": EXAM
        + SINGLE.replace("single", "exam-single")
        + OPEN.replace("id: why", "id: exam-why").replace("MODULE", "01-one/module.md"),
    }
    return {path: text.encode() for path, text in texts.items()}


def open_question(session: Session, question_id: str = "why", quiz_id: str = "open-quiz") -> OpenAnswer:
    """An open question of the course as it is published."""
    course = the_course(session)
    quiz = course.quiz(quiz_id)
    assert quiz is not None
    question = questions_of(course, quiz)[question_id]
    assert isinstance(question, OpenAnswer)
    return question


def the_course(session: Session) -> Course:
    """The current release of the course."""
    release = current_release(session, SLUG)
    return compiled_course(session, release.release_id, release.digest)


def levels(question: OpenAnswer, chosen: list[int]) -> dict[str, int]:
    """The levels chosen, by criterion."""
    return {criterion.id: level for criterion, level in zip(question.criteria, chosen, strict=True)}


def hand_in(
    session: Session,
    given: dict[str, list[str]] | None = None,
    *,
    person: Person | None = None,
    quiz_id: str = "open-quiz",
    files: dict[str, bytes] | None = None,
    attached_to: str | None = None,
) -> Attempt:
    """Somebody answers the quiz like this and hands it in; new, unless ``person`` says who.

    ``attached_to`` is the question that gets a file.
    """
    learner = person or a_person(session)
    if session.scalar(select(CourseRecord.id).where(CourseRecord.slug == SLUG)) is None:
        publish(session, SLUG, files or open_files(), now=NOON - timedelta(days=9))
    if session.scalar(select(Enrolment.id).where(Enrolment.person_id == learner.id)) is None:
        enrol(session, learner, current_release(session, SLUG), now=NOON - timedelta(days=8))
    learning = required_learning(session, learner.id, SLUG)
    course = the_course(session)
    quiz = course.quiz(quiz_id)
    assert quiz is not None
    attempt = start_attempt(session, learning, course, quiz, now=NOON, seed=7)
    for question_id, words in (given or {"single": ["Pears"], "why": [TEXT]}).items():
        found = sitting_held(session, attempt.public_id, learner.id)
        response = read_response(
            questions_of(course, quiz)[question_id], values_of(course, quiz_id, question_id, words)
        )
        save_answer(session, found, quiz, question_id, new_client_id(), response, now=NOON)
    if attached_to is not None:
        session.add(a_file(attempt.id, attached_to))
        session.flush()
    return submit_attempt(session, attempt.id, now=NOON + timedelta(minutes=9))


def a_file(attempt_id: int, question_id: str) -> Attachment:
    """A file of an answer."""
    return Attachment(
        public_id=new_public_id(),
        attempt_id=attempt_id,
        question_id=question_id,
        name="zqname.pdf",
        media_type="application/pdf",
        size=9,
        sha256="0" * 64,
        body=b"%PDF-1.4\n",
        received_at=NOON,
    )


def label_of(session: Session, attempt: Attempt, question_id: str = "why") -> str:
    """The blind label of an answer of an attempt."""
    query = select(HandMarking.public_id).where(
        HandMarking.attempt_id == attempt.id, HandMarking.question_id == question_id
    )
    return session.scalars(query).one()
