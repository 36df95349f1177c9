"""What the pages of disputes are given: attempts told again, and what a corrected key changes. No learner is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from markupsafe import Markup

from elearn.assessment.by_hand.rules import mark_of
from elearn.assessment.by_hand.words import kind_of_mark
from elearn.assessment.disputes.forms import AttemptForm, RemarkForm
from elearn.assessment.disputes.queries import (
    KeyVersion,
    Replay,
    ReplayedQuestion,
    SavedAnswer,
    response_words,
    row_numbers,
)
from elearn.assessment.disputes.rules import AttemptChange, Effect, Points
from elearn.assessment.disputes.services import Correction
from elearn.assessment.marking import response_stored
from elearn.assessment.showing import QuestionView, question_view
from elearn.assessment.words import question_title, whole_score
from elearn.content.course import Course, text_in
from elearn.learning.pages import title_in
from elearn.web.i18n import gettext, instant, language, ngettext, number
from elearn.web.shell import Shell, shell

SHOWN = 200  # attempts of one group that are listed; more are counted


# --- the way in ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuizRow:
    """A quiz of the course. ``corrected`` says how many keys were corrected since attempts were marked, if any."""

    title: Markup
    href: str
    corrected: str | None


@dataclass(frozen=True, slots=True)
class DisputesPage:
    """Where a dispute is looked into: a number to type, and the quizzes with corrected keys."""

    shell: Shell
    course_title: Markup
    course_href: str
    action: str
    form: AttemptForm
    rows: tuple[QuizRow, ...]


def disputes_page(course: Course, corrected: Mapping[str, int], form: AttemptForm) -> DisputesPage:
    """The page; ``corrected`` has the number of corrected keys by quiz."""
    return DisputesPage(
        shell=shell(),
        course_title=title_in(course.texts, course.language),
        course_href=f"/write/{course.slug}",
        action=f"/write/{course.slug}/attempts",
        form=form,
        rows=tuple(
            QuizRow(
                title=title_in(quiz.texts, course.language),
                href=f"/write/{course.slug}/corrections/{quiz.id}",
                corrected=ngettext("One key was corrected", "%(count)s keys were corrected", corrected[quiz.id])
                if corrected.get(quiz.id)
                else None,
            )
            for quiz in course.quizzes()
        ),
    )


# --- a corrected key -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """An attempt whose marks change. ``value`` is what its tick box sends."""

    value: str
    href: str
    handed_in: str
    scores: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Attempts to which the same happens; ``more`` counts those not listed, ``is_choice``: each may be ticked."""

    id: str
    title: str
    note: str
    rows: tuple[ChangeRow, ...]
    more: str | None
    is_choice: bool


@dataclass(frozen=True, slots=True)
class CorrectedQuestion:
    """A question with another key. ``state`` says whether it can be marked again."""

    title: Markup
    state: str
    is_reworded: bool


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """What the keys of the current release change in the marks of a quiz, and the button that does it."""

    shell: Shell
    course_title: Markup
    course_href: str
    disputes_href: str
    title: str
    lead: str
    questions: tuple[CorrectedQuestion, ...]
    groups: tuple[ChangeGroup, ...]
    unchanged: str | None
    waiting: str | None
    form: RemarkForm | None
    action: str
    done: str | None
    refusal: str | None


def correction_page(
    found: Correction, form: RemarkForm, *, done: int | None = None, refusal: str | None = None
) -> CorrectionPage:
    """The page; ``done`` is how many attempts were just marked again."""
    course, quiz = found.course, found.course.quiz(found.quiz_id)
    assert quiz is not None, "a correction is of a quiz that the release has"
    here = f"/write/{course.slug}/corrections/{quiz.id}"
    form.release.data = str(found.release.number)
    count = len(found.changes)
    return CorrectionPage(
        shell=shell(),
        course_title=title_in(course.texts, course.language),
        course_href=f"/write/{course.slug}",
        disputes_href=f"/write/{course.slug}/attempts",
        title=gettext("Corrected keys: %(quiz)s", quiz=text_in(quiz.texts, language(), course.language)[0].title),
        lead=_lead(found, count),
        questions=tuple(
            CorrectedQuestion(question_title(question, course.language), state, is_reworded)
            for questions, state, is_reworded in (
                (found.questions, gettext("another key"), False),
                (found.reworded, gettext("reworded: its marks stay"), True),
            )
            for question in questions
        ),
        groups=tuple(group for group in _groups(found) if group.rows),
        unchanged=ngettext(
            "One more attempt had a corrected question and keeps every mark.",
            "%(count)s more attempts had a corrected question and keep every mark.",
            len(found.unchanged),
        )
        if found.unchanged
        else None,
        waiting=ngettext(
            "A trainer is still marking one attempt. It is left out; look again when it has its score.",
            "Trainers are still marking %(count)s attempts. They are left out; look again when they have their scores.",
            found.waiting,
        )
        if found.waiting
        else None,
        form=form if count or found.unchanged else None,
        action=f"{here}/apply",
        done=ngettext(
            "The marks of one attempt were corrected.", "The marks of %(count)s attempts were corrected.", done
        )
        if done is not None
        else None,
        refusal=refusal,
    )


def _lead(found: Correction, count: int) -> str:
    release = found.release.number
    if not found.questions:
        return gettext("By the keys of the current release %(release)s there is nothing to correct.", release=release)
    if not count:
        return gettext("By the keys of the current release %(release)s, no mark changes.", release=release)
    return ngettext(
        "By the keys of the current release %(release)s, the marks of one attempt change. "
        "Nothing has been changed yet.",
        "By the keys of the current release %(release)s, the marks of %(count)s attempts change. "
        "Nothing has been changed yet.",
        count,
        release=release,
    )


def _groups(found: Correction) -> tuple[ChangeGroup, ...]:
    slug = found.course.slug
    kept = gettext("They keep their marks and their pass unless you tick them. A certificate is never taken back.")
    return (
        _group("failed", gettext("No longer passed"), kept, found.of(Effect.FAILED), slug, is_choice=True),
        _group("raised", gettext("The score rises"), "", found.of(Effect.RAISED), slug),
        _group("lowered", gettext("The score falls"), "", found.of(Effect.LOWERED), slug),
        _group("same", gettext("Other marks, the same score"), "", found.of(Effect.SAME), slug),
    )


def _group(
    group_id: str, title: str, note: str, changes: Sequence[AttemptChange], slug: str, *, is_choice: bool = False
) -> ChangeGroup:
    shown = changes if is_choice else changes[:SHOWN]
    more = len(changes) - len(shown)
    return ChangeGroup(
        id=group_id,
        title=f"{title}, {len(changes)}",
        note=note,
        rows=tuple(
            ChangeRow(
                value=change.public_id,
                href=f"/write/{slug}/attempts/{change.public_id}",
                handed_in=instant(change.submitted_at),
                scores=_scores(change),
            )
            for change in shown
        ),
        more=gettext("%(count)s more are not listed; the command «elearn attempt remark» lists all.", count=more)
        if more
        else None,
        is_choice=is_choice,
    )


def _scores(change: AttemptChange) -> str:
    old, new = whole_score(change.old_score), whole_score(change.new_score)
    if change.is_passed and change.was_passed is False:
        return gettext("%(old)s → %(new)s, passed now", old=old, new=new)
    return gettext("%(old)s → %(new)s", old=old, new=new)


# --- an attempt told again -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of an attempt: its name and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was worked out again: ``is_same`` as what was kept."""

    text: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A saved response in words."""

    when: str
    words: str
    counts: bool


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A release with a key of its own, and what the answer that counts earns by it."""

    release: str
    when: str
    earns: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class HandRow:
    """A mark that a trainer gave by the rubric."""

    kind: str
    by: str
    when: str
    points: str
    comment: str


@dataclass(frozen=True, slots=True)
class ToldQuestion:
    """A question with its right answers, every answer saved, and the history of its key or its marks by hand.

    ``view`` is not marked while its answer waits for a trainer.
    """

    number: int
    view: QuestionView
    mark: str
    answers: tuple[AnswerRow, ...]
    keys: tuple[KeyRow, ...]
    by_hand: tuple[HandRow, ...]


@dataclass(frozen=True, slots=True)
class ToldRemark:
    """One marking again."""

    when: str
    by: str
    reason: str
    change: str


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """An attempt told again, without the name of who made it."""

    shell: Shell
    course_title: Markup
    course_href: str
    disputes_href: str
    title: str
    quiz_title: Markup
    facts: tuple[Fact, ...]
    checks: tuple[Check, ...]
    remarks: tuple[ToldRemark, ...]
    questions: tuple[ToldQuestion, ...]


def replay_page(told: Replay) -> ReplayPage:
    """The page of an attempt told again."""
    course = told.course
    return ReplayPage(
        shell=shell(),
        course_title=title_in(course.texts, course.language),
        course_href=f"/write/{course.slug}",
        disputes_href=f"/write/{course.slug}/attempts",
        title=gettext("Attempt %(number)s", number=told.public_id),
        quiz_title=title_in(told.quiz.texts, course.language),
        facts=tuple(_facts(told)),
        checks=tuple(_checks(told)),
        remarks=tuple(
            ToldRemark(
                when=instant(each.at),
                by=each.by or gettext("from the command line"),
                reason=each.reason,
                change=gettext(
                    "by release %(release)s: %(old)s → %(new)s",
                    release=each.release_number,
                    old=whole_score(each.old_score),
                    new=whole_score(each.new_score),
                ),
            )
            for each in told.remarks
        ),
        questions=tuple(_told(course, question) for question in told.questions),
    )


def _facts(told: Replay) -> list[Fact]:
    facts = [
        Fact(gettext("Attempt of this person at this quiz"), str(told.number)),
        Fact(gettext("Release"), f"{told.release_number} ({told.version})"),
        Fact(gettext("Seed"), str(told.seed)),
        *([Fact(gettext("Form"), told.form)] if told.form is not None else []),
        Fact(gettext("Started"), instant(told.started_at)),
        Fact(gettext("Due"), instant(told.due_at) if told.due_at else gettext("no time limit")),
        Fact(gettext("Handed in"), instant(told.submitted_at) if told.submitted_at else gettext("not yet")),
    ]
    if told.score is not None:
        facts.append(Fact(gettext("Score"), _score_words(told)))
    elif told.submitted_at is not None:
        facts.append(Fact(gettext("Score"), gettext("none yet: a trainer is marking it")))
    return facts


def _score_words(told: Replay) -> str:
    score = number(told.score or Decimal(0))
    if told.is_passed is None or told.pass_mark is None:
        return score
    if told.is_passed:
        return gettext("%(score)s, passed (pass mark %(mark)s)", score=score, mark=told.pass_mark)
    return gettext("%(score)s, not passed (pass mark %(mark)s)", score=score, mark=told.pass_mark)


def _checks(told: Replay) -> list[Check]:
    paper = (
        gettext("Drawn again from the seed, the paper is the same.")
        if told.is_paper_same
        else gettext("Drawn again from the seed, the paper is another one. The attempt was marked by the paper kept.")
    )
    checks = [Check(paper, told.is_paper_same)]
    if told.submitted_at is not None:
        marks = (
            gettext("Marked again by the same keys, every answer earns what it earned.")
            if told.are_marks_same
            else gettext("Marked again by the same keys, some answers earn something else; see the questions.")
        )
        checks.append(Check(marks, told.are_marks_same))
    return checks


def _told(course: Course, told: ReplayedQuestion) -> ToldQuestion:
    question = told.marked_as
    response = response_stored(question, told.response)
    marked = mark_of(question, response, told.by_hand if told.mark is not None else None)
    if marked is not None and told.mark is not None:
        marked = replace(marked, points=told.mark.points, out_of=told.mark.out_of)
    text = text_in(told.question.texts, language(), course.language)[0]
    return ToldQuestion(
        number=told.number,
        view=question_view(question, language(), course.language, order=told.order, response=response, marked=marked),
        mark=_mark_words(told),
        answers=tuple(
            AnswerRow(instant(each.received_at), _answer_words(text.answers, told, each, course), each.counts)
            for each in told.answers
        ),
        keys=tuple(_key_row(key) for key in told.history),
        by_hand=tuple(
            HandRow(
                kind=kind_of_mark(given.kind),
                by=given.by,
                when=instant(given.at),
                points=_points(Points(given.points, question.points)),
                comment=given.comment,
            )
            for given in told.by_hand.values()
        ),
    )


def _mark_words(told: ReplayedQuestion) -> str:
    if told.mark is None:
        return gettext("not marked yet")
    said_points = _points(told.mark)
    return said_points if told.is_mark_same else gettext("%(points)s; marking again gives another", points=said_points)


def _answer_words(answers: Mapping[str, str], told: ReplayedQuestion, each: SavedAnswer, course: Course) -> str:
    source = told.question.texts[course.language]
    rows = {name: gettext("row %(number)s", number=place) for name, place in row_numbers(told.question).items()}
    text = replace(source, answers={**source.answers, **answers, **rows})
    return response_words(text, each.response) or gettext("taken back")


def _key_row(key: KeyVersion) -> KeyRow:
    return KeyRow(
        release=gettext("release %(number)s", number=key.release_number),
        when=instant(key.published_at),
        earns=_points(key.points) if key.points is not None else gettext("reworded, cannot be compared"),
        is_used=key.is_used,
    )


def _points(points: Points) -> str:
    return gettext("%(points)s of %(out_of)s", points=number(points.points), out_of=number(points.out_of))
