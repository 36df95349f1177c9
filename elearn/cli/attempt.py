"""``elearn attempt``: disputes about marks. An attempt told again, and marking again by corrected keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import click

from elearn import wiring
from elearn.assessment.disputes.queries import Replay, ReplayedQuestion, replay_of, response_words, row_numbers
from elearn.assessment.disputes.rules import Effect, Points, checked_reason
from elearn.assessment.disputes.services import Correction, correction_of, remark_attempt
from elearn.audit.rules import Act, Bystander, Kind, Thing
from elearn.audit.services import record
from elearn.cli.options import config_option, data_option
from elearn.cli.site import settings_of, writing
from elearn.content.question import Question
from elearn.core.clock import now as clock
from elearn.markup.safe import compiled

EFFECTS = {
    Effect.RAISED: "rises",
    Effect.LOWERED: "falls, still passed or nothing to pass",
    Effect.SAME: "other marks, the same score",
    Effect.FAILED: "would no longer be passed",
}


@click.group()
def attempt() -> None:
    """Look into an attempt, and mark again when a key was wrong."""


@attempt.command()
@click.argument("number")
@config_option
@data_option
def replay(number: str, config: Path | None, data: Path | None) -> None:
    """Tell the attempt NUMBER again (its number stands on its result), and draw its paper anew from the seed."""
    with writing(settings_of(config, data)) as session:
        told = replay_of(session, number)
        thing = Thing(Kind.ATTEMPT, told.public_id)
        record(session, Act.EXPORTED, thing, actor=Bystander.COMMAND_LINE, now=clock(), course=told.course.slug)
        for line in _told(told):
            click.echo(line)


@attempt.command()
@click.argument("course")
@click.argument("quiz")
@click.option("--apply", "is_applied", is_flag=True, help="Mark again; without it nothing is changed.")
@click.option("--reason", default="", help="Why; kept with every mark that changes.")
@click.option(
    "--include",
    "included",
    multiple=True,
    metavar="NUMBER",
    help="Also mark again this attempt, which would no longer be passed. May be given several times.",
)
@config_option
@data_option
def remark(
    course: str,
    quiz: str,
    is_applied: bool,
    reason: str,
    included: tuple[str, ...],
    config: Path | None,
    data: Path | None,
) -> None:
    """Say whose marks the keys of the newest release of COURSE change in QUIZ, and change them with --apply."""
    settings = settings_of(config, data)
    wiring.connect_hooks(settings)
    why = checked_reason(reason) if is_applied else ""
    with writing(settings) as session:
        found = correction_of(session, course, quiz)
        wanted = found.to_mark(included)
        for line in _listed(found):
            click.echo(line)
        if not is_applied:
            return
        done = 0
        for attempt_id, may_fail in wanted:
            change = remark_attempt(
                session, attempt_id, found.release, reason=why, may_fail=may_fail, actor_id=None, now=clock()
            )
            session.commit()
            done += change is not None and bool(change.changes)
    kept = len(found.of(Effect.FAILED)) - len(included)
    click.echo(f"Marked again: {done}. Left as they were passed: {kept}.")


def _listed(found: Correction) -> Iterator[str]:
    release, version = found.release.number, found.course.version
    yield f"{found.release.slug}, {found.quiz_id}, by the keys of release {release} ({version})"
    if not found.questions:
        yield "No key that an attempt was marked by was corrected."
    for question in found.questions:
        yield f"  corrected: {question.id}, {_title(question)}"
    for question in found.reworded:
        yield f"  reworded, its marks stay: {question.id}, {_title(question)}"
    for effect, words in EFFECTS.items():
        rows = found.of(effect)
        if rows:
            yield f"{words}: {len(rows)}"
        for row in rows:
            yield f"  {row.public_id}  {_percent(row.old_score)} -> {_percent(row.new_score)}"
    yield f"no mark changes: {len(found.unchanged)}"
    if found.waiting:
        yield f"left out, a trainer is still marking them: {found.waiting}"


def _told(told: Replay) -> Iterator[str]:
    yield f"attempt {told.public_id}: {told.course.slug}, {told.quiz.id}, attempt {told.number}"
    form = f", form {told.form}" if told.form is not None else ""
    yield f"release {told.release_number} ({told.version}), seed {told.seed}{form}"
    yield f"started {_time(told.started_at)}, due {_time(told.due_at)}, handed in {_time(told.submitted_at)}"
    if told.score is not None:
        passed = "" if told.is_passed is None else ", passed" if told.is_passed else ", not passed"
        needed = "" if told.pass_mark is None else f" (pass mark {told.pass_mark})"
        yield f"score {_percent(told.score)}{passed}{needed}"
    elif told.submitted_at is not None:
        yield "no score yet: a trainer is marking it"
    yield f"paper drawn again from the seed: {'the same' if told.is_paper_same else 'NOT THE SAME'}"
    yield f"answers marked again: {'the same marks' if told.are_marks_same else 'NOT THE SAME MARKS'}"
    for each in told.remarks:
        by = each.by or "the command line"
        score = f"{_percent(each.old_score)} -> {_percent(each.new_score)}"
        yield f"marked again {_time(each.at)} by {by}, release {each.release_number}, {score}: {each.reason}"
    for question in told.questions:
        yield ""
        yield from _question(question, told.course.language)


def _question(told: ReplayedQuestion, language: str) -> Iterator[str]:
    text = told.question.texts[language]
    yield f"{told.number}. {told.question.id}: {_title(told.question)}"
    for place, row in enumerate(told.order, start=1):
        yield f"   row {place}: {compiled(text.answers[row]).striptags() if row in text.answers else row}"
    rows = {name: f"row {place}" for name, place in row_numbers(told.question).items()}
    for answer in told.answers:
        words = response_words(replace(text, answers={**text.answers, **rows}), answer.response) or "(taken back)"
        yield f"   answer {_time(answer.received_at)}: {words}{'  [counts]' if answer.counts else ''}"
    if not told.answers:
        yield "   no answer"
    if told.mark is not None:
        yield f"   mark {_points(told.mark)}{'' if told.is_mark_same else '  MARKING AGAIN GIVES ANOTHER'}"
    for given in told.by_hand.values():
        points = _points(Points(given.points, told.question.points))
        comment = f": {' '.join(given.comment.split())}" if given.comment else ""
        yield f"   {given.kind} mark {_time(given.at)} by {given.by}, {points}{comment}"
    for key in told.history:
        earned = _points(key.points) if key.points is not None else "reworded, cannot be compared"
        used = "  [the mark is by it]" if key.is_used else ""
        yield f"   key of release {key.release_number} ({key.version}): the answer earns {earned}{used}"


def _title(question: Question) -> str:
    text = next(iter(question.texts.values()))
    return str(compiled(text.title).striptags())


def _points(points: Points) -> str:
    return f"{points.points.normalize():f} of {points.out_of.normalize():f}"


def _percent(score: Decimal) -> str:
    return f"{score.normalize():f}"


def _time(value: datetime | None) -> str:
    return "–" if value is None else value.isoformat(sep=" ", timespec="seconds")
