"""A settled site on which texts stand in every field that somebody can write in, and a course made of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

from flask import Flask
from sqlalchemy import JSON, Column, String, Table, Text, cast, func, select, update
from sqlalchemy.orm import Session

from elearn.accounts.sso.models import PersonIdentity
from elearn.assessment.by_hand.queries import answer_given
from elearn.assessment.by_hand.rules import MarkKind
from elearn.assessment.by_hand.services import mark_answer
from elearn.assessment.models import Attempt, HandMarking, Remark
from elearn.assessment.services import start_attempt
from elearn.audit.rules import Act, Kind, Thing
from elearn.audit.services import record
from elearn.authoring.models import DraftFile
from elearn.catalogue.queries import current_release
from elearn.content.compiler import compile_course
from elearn.content.problem import Severity
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_public_id
from elearn.jobs.models import Job
from elearn.jobs.rules import Kind as JobKind
from elearn.jobs.rules import Outcome
from elearn.learning.models import Enrolment
from elearn.learning.queries import course_of, required_learning
from elearn.notices.models import Notice
from migrations.models import metadata
from tests.factories import a_course, an_enrolment, course_files, the_person, writing
from tests.journeys.vectors import Vector
from tests.open_course import a_file

HOSTILE = "hostile"
"""The slug of the course that is made of vectors."""

FEW = 3  # vectors are taken out of a course at a time where the compiler finds a fault

WRITABLE = frozenset({
    "agency.name", "answer.response", "attachment.name", "audit_event.details", "audit_event.thing_id",
    "bookmark.title", "certificate.course_title", "certificate.holder_latin_name", "certificate.holder_name",
    "certificate.issuer", "certificate.revocation_reason", "certificate.version", "country.name", "draft_file.text",
    "mistake_report.answer", "mistake_report.message", "mistake_report.suggestion", "mistake_report.title",
    "note.earlier", "note.text", "note.title", "notice.about", "person.email", "person.staff_number", "cohort.name",
    "person.full_name", "person.latin_name", "person.sign_in_name", "release.title", "release.version",
    "job.address", "job.problem", "person_identity.issuer", "person_identity.subject",
    "remark.reason", "rubric_mark.comment",
})  # fmt: skip
"""The columns that hold what somebody wrote, in a form, in a file or at the command line."""

MADE_HERE = frozenset({
    "job.key", "job.kind", "job.outcome", "job.public_id",
    "cohort.key", "cohort.public_id", "passkey.credential_id", "passkey.public_id", "password_reset.account_mark",
    "password_reset.kind", "password_reset.token_hash", "recovery_code.code_hash", "second_step.seed",
    "agency.code", "agency.country_code", "answer.question_id", "attachment.media_type", "attachment.public_id",
    "attachment.question_id", "attachment.sha256", "attempt.flagged", "attempt.form", "attempt.paper",
    "attempt.public_id", "attempt.quiz_id", "audit_event.act", "audit_event.actor_roles", "audit_event.hash",
    "audit_event.previous_hash", "audit_event.thing_kind", "blob.digest", "bookmark.unit", "certificate.code",
    "certificate.course_slug", "certificate.language", "country.code", "course.slug", "draft_file.base_digest",
    "draft_file.path", "draft_picture.blob_digest", "draft_picture.path", "enrolment.place", "enrolment.tally",
    "hand_marking.public_id", "hand_marking.question_id", "mark.question_id", "media_file.blob_digest",
    "media_file.media_type", "media_file.name", "mistake_report.fixed_in", "mistake_report.language",
    "mistake_report.public_id", "mistake_report.state", "mistake_report.unit", "note.unit", "notice.href",
    "notice.key", "notice.kind", "notice.public_id", "outcome.kind", "outcome.unit", "passage.kind",
    "passage.language", "passage.place", "person.language", "person.password_hash", "person.public_id",
    "person.reading", "release.digest", "remark.changes", "role_grant.country_code", "role_grant.role",
    "role_grant.scope", "rubric_mark.kind", "rubric_mark.levels", "sign_in_attempt.name_hash",
    "source_file.blob_digest", "source_file.path", "tally.measure", "certificate.replacement",
    "person.leaving", "user_session.door", "user_session.token_hash",
})  # fmt: skip
"""The columns whose values the site draws, reckons or chooses from a list, or checks against a pattern of letters that
mean nothing to a browser."""


def text_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that can hold words."""
    for table in metadata.sorted_tables:
        yield from ((table, column) for column in table.columns if isinstance(column.type, String | Text | JSON))


def one_line(vector: Vector) -> str:
    """A vector as a field of one line holds it."""
    return vector.text.replace("\n", " ").replace("\r", " ").replace("\x00", "")


_ONE_EACH = ("person.sign_in_name", "person.staff_number")


def plant(app: Flask, numbers: dict[str, str], vectors: Sequence[Vector]) -> dict[str, str]:
    """Write these in every field of a settled site; what :data:`HOSTILE_PAGES` need beside what ``settle`` gave.

    Forms refuse some of them; that a text is no danger must not hang on that, so they are written past the forms.
    """
    words = " ".join(map(one_line, vectors))
    with writing(app) as session:
        _bring_in_what_is_missing(session, numbers, words)
        found = _publish(session, vectors)
        for table, column in text_columns():
            name = f"{table.name}.{column.name}"
            if name in WRITABLE and table.name != "audit_event":
                assert session.scalar(select(func.count()).select_from(table)), f"nothing is in {table.name}"
                if not isinstance(column.type, JSON) and name not in ("draft_file.text", *_ONE_EACH):
                    session.execute(update(table).values({column.name: words}))
        people = metadata.tables["person"]
        each = cast(people.c.id, String) + " " + words  # no two people of an agency have one number
        session.execute(update(people).values(staff_number=each))
        extra = people.c.sign_in_name.like("extra%")
        session.execute(update(people).where(extra).values(sign_in_name=people.c.sign_in_name + " " + words))
        _plant_inside(session, words)
    return found


def _plant_inside(session: Session, words: str) -> None:
    """Write in the JSON of notes, notices and answers."""
    notes, answers = metadata.tables["note"], metadata.tables["answer"]
    now = datetime.now(UTC).isoformat()
    session.execute(update(notes).values(earlier=[[words, now]]))
    for notice in session.scalars(select(Notice)):
        notice.about = notice.about | {"titles": {"en": words}, "source": "en"}
    for number, response in session.execute(select(answers.c.id, answers.c.response)).all():
        changed = {key: words if key in ("text", "written") else value for key, value in response.items()}
        if "values" in response and "12" in response["values"]:
            changed["values"] = [words if each == "12" else each for each in response["values"]]
        session.execute(update(answers).where(answers.c.id == number).values(response=changed))


def _bring_in_what_is_missing(session: Session, numbers: dict[str, str], words: str) -> None:
    """An attached file, a mark with a comment, a mark that was corrected, a draft, an event of the log."""
    trainer, officer = the_person(session, "trainer"), the_person(session, "officer")
    attempt = session.scalars(select(Attempt).where(Attempt.public_id == numbers["open"])).one()
    course = course_of(session, required_learning(session, officer.id, "demo"))
    quiz = course.quiz("example-quiz")
    assert quiz is not None
    waiting = session.scalars(select(HandMarking)).one()
    attempts = session.scalars(select(Attempt.id).join(Enrolment).where(Attempt.quiz_id == "example-quiz")).all()
    session.add_all(a_file(each, waiting.question_id) for each in {attempt.id, waiting.attempt_id, *attempts})
    given = answer_given(session, waiting.public_id)
    levels = {each.id: 0 for each in given.question.criteria}
    mark_answer(session, waiting.public_id, levels, "x", kind=MarkKind.FIRST, actor_id=trainer.id, now=clock())
    for outcome in (None, Outcome.FAILED):
        session.add(
            Job(
                public_id=new_public_id(),
                kind=JobKind.INVITATION,
                person_id=officer.id,
                made_at=clock(),
                due_at=clock(),
                tries=1,
                address="x",
                problem="x",
                ended_at=clock() if outcome is not None else None,
                outcome=outcome,
            )
        )
    session.add(PersonIdentity(person_id=officer.id, issuer="x", subject="x", linked_at=clock()))
    session.add(
        Remark(
            attempt_id=session.scalars(select(Attempt.id).where(Attempt.public_id == numbers["handed"])).one(),
            release_id=current_release(session, "demo").release_id,
            reason="x",
            remarked_by_id=trainer.id,
            remarked_at=clock(),
            changes=[],
            old_score=Decimal(0),
            new_score=Decimal(1),
            was_passed=False,
            is_passed=False,
        )
    )
    course_id = current_release(session, "demo").course_id
    for path, data in course_files().items():
        if path.endswith(".md"):
            text = data.decode() + f"\n{words}\n"
            session.add(DraftFile(course_id=course_id, path=path, text=text, saved_at=clock(), saved_by_id=trainer.id))
    for start in range(0, len(words), 100):
        said = words[start : start + 160]
        record(session, Act.EXPORTED, Thing(Kind.FILE, said), actor=officer.id, now=clock(), format=said)


def _publish(session: Session, vectors: Sequence[Vector]) -> dict[str, str]:
    """Publish a course made of the vectors, and begin and hand in its quiz; the numbers of these attempts."""
    officer = the_person(session, "officer")
    a_course(session, HOSTILE, files=hostile_course(vectors), now=clock())
    an_enrolment(session, officer, current_release(session, HOSTILE))
    learning = required_learning(session, officer.id, HOSTILE)
    quiz = course_of(session, learning).quiz("example-quiz")
    assert quiz is not None
    started = start_attempt(session, learning, course_of(session, learning), quiz, now=clock(), seed=7)
    session.flush()
    marked = select(Attempt.public_id).join(HandMarking, HandMarking.attempt_id == Attempt.id)
    return {
        "marked": session.scalars(marked).one(),
        "hostile": started.public_id,
        "hostile_count": str(len(started.paper)),
    }


# ---- The course ----


@dataclass(frozen=True)
class Place:
    """The end of a file of the course, and how a vector is written there."""

    path: str
    form: Callable[[Vector], str]


def hostile_course(vectors: Sequence[Vector]) -> dict[str, bytes]:
    """A course with every vector at every place where the compiler does not refuse it."""
    files = course_files(HOSTILE)
    files["01-example/module.md"] += b"\n## Parts <!-- id: parts -->\n\nSee them all.\n"
    files["01-example/quiz.md"] = files["01-example/quiz.md"].partition(b"\n## ")[0] + _QUESTION
    files = _with_halves(files, _pictured, vectors)
    for place in PLACES:
        files = _with_accepted(files, place, vectors)
    return _with_halves(files, _titled, vectors)


_QUESTION = b"\n\n## Which is it? <!-- id: first -->\n\n- ( ) This\n  > No.\n- (x) That\n"


def _with_accepted(files: dict[str, bytes], place: Place, vectors: Sequence[Vector]) -> dict[str, bytes]:
    """The files with those of the vectors at a place that the compiler takes; it names the lines of the others."""
    kept = list(vectors)
    while kept:
        pieces = ["\n" + place.form(each) for each in kept]
        tried = {**files, place.path: files[place.path] + "".join(pieces).encode()}
        wrong = _errors(tried)
        if not wrong:
            return tried
        ends = list(accumulate((each.count("\n") for each in pieces), initial=files[place.path].count(b"\n")))
        blamed = [
            each
            for each, before, end in zip(kept, ends, ends[1:], strict=False)
            if any(path == place.path and before < line <= end for path, line in wrong)
        ]
        kept = [each for each in kept if blamed and each not in blamed[:FEW]]  # the rest may be the fault of these
    return files


Writing = Callable[[dict[str, bytes], Sequence[Vector]], dict[str, bytes]]


def _with_halves(files: dict[str, bytes], write: Writing, vectors: Sequence[Vector]) -> dict[str, bytes]:
    """As :func:`_with_accepted`, where lines do not tell whose fault it is: each half of what is refused is tried."""
    tried = write(files, vectors)
    is_refused = bool(_errors(tried))
    if len(vectors) < 2 or not is_refused:
        return files if is_refused else tried
    half = len(vectors) // 2
    return _with_halves(_with_halves(files, write, vectors[:half]), write, vectors[half:])


def _errors(files: dict[str, bytes]) -> list[tuple[str, int]]:
    """Where the compiler refuses the course, by path and line."""
    problems = compile_course(HOSTILE, files).problems
    return [(each.path, each.line) for each in problems if each.severity is Severity.ERROR]


def _pictured(files: dict[str, bytes], vectors: Sequence[Vector]) -> dict[str, bytes]:
    text = "".join(f'\n![{one_line(each)}](images/flow.svg "{one_line(each)}")\n' for each in vectors)
    return {**files, LESSON: files[LESSON] + text.encode()}


def _titled(files: dict[str, bytes], vectors: Sequence[Vector]) -> dict[str, bytes]:
    words = " ".join(map(one_line, vectors)).replace("'", "''")
    text = files["course.md"].decode()
    before, _, rest = text.partition("title: ")
    old, _, after = rest.partition("\n")
    kept = old.strip("'\"") if old.startswith("'") else "Titles"
    return {**files, "course.md": f"{before}title: '{kept} {words}'\n{after}".encode()}


LESSON, QUIZ = "01-example/module.md", "01-example/quiz.md"
PLACES: tuple[Place, ...] = (
    Place(LESSON, lambda each: f"### {one_line(each)} <!-- id: h{each.number} -->\n\nx\n"),
    Place(LESSON, lambda each: f"{each.text}\n"),
    Place(LESSON, lambda each: f"- {one_line(each)}\n"),
    Place(LESSON, lambda each: f"> [!TIP] {one_line(each)}\n> {one_line(each)}\n"),
    Place(LESSON, lambda each: f"| {one_line(each)} |\n|---|\n| {one_line(each)} |\n"),
    Place(LESSON, lambda each: f"[{one_line(each)}](https://x.invalid/{one_line(each)})\n"),
    Place("glossary.md", lambda each: f"## {one_line(each)}\n\n{each.text}\n"),
    Place(
        QUIZ,
        lambda each: (
            f"## {one_line(each)} <!-- id: q{each.number} -->\n\n{each.text}\n\n- ( ) {one_line(each)}\n"
            f"  > {one_line(each)}\n- (x) right {one_line(each)}\n"
        ),
    ),
)
