"""What the page of a result is given: the score, what was right if the policy shows it, what to reread, what next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from elearn.assessment.attachments.pages import with_files_to_read
from elearn.assessment.by_hand.rules import comments_of, mark_of
from elearn.assessment.disputes.rules import marking_question
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import Verdict, response_stored
from elearn.assessment.queries import GivenMark, Sitting
from elearn.assessment.rules import (
    AttemptFacts,
    attempts_left,
    feedback_visible,
    is_closed,
    next_attempt_at,
    pass_mark_of,
)
from elearn.assessment.showing import QuestionView, points_words, question_view
from elearn.assessment.showing.open import with_comment
from elearn.assessment.teaching import module_about, sections_linked
from elearn.assessment.words import day_and_time, duration_words, hidden_words, kind_words, whole_score
from elearn.content.course import Course, Quiz, text_in
from elearn.content.question import Question
from elearn.learning.pages import numbered, section_title, title_in
from elearn.learning.rules import Place, progress_of
from elearn.web.i18n import NAMES, clock_time, gettext, language, ngettext, number
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class ResultItem:
    """A question of an attempt with what it earned; ``report_href`` leads to where a mistake in it is reported."""

    number: int
    question: QuestionView
    css: str
    icon: str
    words: str
    is_right: bool
    report_href: str


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """How a module's questions went."""

    title: Markup
    words: str


@dataclass(frozen=True, slots=True)
class RereadRow:
    """A section that explains what was not right."""

    href: str
    title: Markup
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """A link to what comes next."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The result of an attempt. ``items`` is empty and ``hidden`` says why where the policy shows the score alone.

    ``fallback`` says that all of them are shown in another language, once instead of at each. ``title`` is the result
    in words; ``corrected`` says that it was marked again; ``attempt_id`` names it to a trainer; ``score`` and
    ``pass_mark`` (None: nothing to pass) draw the bar, 0 to 100. ``waiting`` says that an answer waits for a trainer:
    then there is no score, and nothing of the answers is shown.
    """

    shell: Shell
    course_title: Markup
    course_href: str
    quiz_href: str
    kind: str
    title: str
    lead: str
    corrected: str | None
    attempt_id: str
    waiting: str | None
    score: int | None
    pass_mark: int | None
    hidden: str | None
    fallback: str | None
    items: tuple[ResultItem, ...]
    count: int
    wrong_count: int
    shows_wrong_only: bool
    here_href: str
    modules: tuple[ModuleRow, ...]
    reread: tuple[RereadRow, ...]
    first_step: Step
    other_step: Step | None
    wait_words: str | None


def result_page(
    course: Course,
    quiz: Quiz,
    found: Sitting,
    marks: Mapping[str, GivenMark],
    attempts: Sequence[AttemptFacts],
    *,
    now: datetime,
    certificate_href: str,
    wrong_only: bool = False,
    marked_by: Course | None = None,
) -> ResultPage:
    """The page of the result of an attempt that was handed in.

    ``marked_by`` is the course by whose corrected keys it was marked again; None: by its own.
    """
    is_waiting = found.score is None
    pass_mark = pass_mark_of(course, quiz)
    is_shown = not is_waiting and feedback_visible(quiz, is_submitted=True, is_closed=is_closed(quiz, attempts))
    corrected_quiz = marked_by.quiz(quiz.id) if marked_by is not None else None
    corrected = questions_of(marked_by, corrected_quiz) if marked_by is not None and corrected_quiz is not None else {}
    items = _items(course, quiz, found, marks, corrected) if is_shown else ()
    wrong = tuple(item for item in items if not item.is_right)
    waiting_until = _waiting_until(quiz, found, attempts, now)
    first, other = _steps(course, quiz, found, attempts, certificate_href, is_waiting=waiting_until is not None)
    return ResultPage(
        shell=shell(),
        course_title=title_in(course.texts, course.language),
        course_href=f"/courses/{course.slug}",
        quiz_href=f"/courses/{course.slug}/quizzes/{quiz.id}",
        kind=kind_words(course, quiz),
        title=_title(found, pass_mark),
        lead=_lead(found),
        corrected=gettext("A key of this quiz was corrected, and your attempt was marked again.")
        if marked_by is not None
        else None,
        attempt_id=found.public_id,
        waiting=gettext(
            "A trainer reads what you wrote. Your score, and what it leads to, come with the last mark: look again."
        )
        if is_waiting
        else None,
        score=int(found.score) if found.score is not None else None,
        pass_mark=pass_mark,
        hidden=None if is_shown or is_waiting else hidden_words(quiz),
        fallback=_fallback(items),
        items=wrong if wrong_only else items,
        count=len(found.paper),
        wrong_count=len(wrong),
        shows_wrong_only=wrong_only,
        here_href=f"/attempts/{found.public_id}/result",
        modules=_modules(course, quiz, marks) if is_shown else (),
        reread=_reread(course, quiz, wrong),
        first_step=first,
        other_step=other,
        wait_words=gettext("You may start the next attempt from %(time)s.", time=day_and_time(waiting_until, now))
        if waiting_until is not None
        else None,
    )


def _waiting_until(quiz: Quiz, found: Sitting, attempts: Sequence[AttemptFacts], now: datetime) -> datetime | None:
    """When the next attempt may start, if one is worth making and not yet allowed."""
    not_before = next_attempt_at(quiz, attempts)
    is_due = found.is_passed is False and attempts_left(quiz, attempts) != 0
    return not_before if is_due and not_before is not None and now < not_before else None


def _title(found: Sitting, pass_mark: int | None) -> str:
    if found.score is None:
        return gettext("Handed in and being marked")
    score = whole_score(found.score)
    if pass_mark is None:
        return gettext("%(score)s of 100", score=score)
    if found.is_passed:
        return gettext("%(score)s of 100. The pass mark is %(mark)s: passed", score=score, mark=pass_mark)
    return gettext("%(score)s of 100. The pass mark is %(mark)s: not passed", score=score, mark=pass_mark)


def _lead(found: Sitting) -> str:
    assert found.submitted_at is not None, "a result is of an attempt that was handed in"
    when = day_and_time(found.submitted_at, found.submitted_at, short=True)
    if found.due_at is not None and found.submitted_at >= found.due_at:
        return gettext(
            "Attempt %(number)s. The time was over at %(time)s; what was saved until then was marked.",
            number=found.number,
            time=clock_time(found.due_at),
        )
    seconds = int((found.submitted_at - found.started_at).total_seconds())
    return gettext(
        "Attempt %(number)s, handed in on %(time)s after %(duration)s.",
        number=found.number,
        time=when,
        duration=_about(seconds),
    )


def _about(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    if minutes < 120:
        return duration_words(minutes * 60)
    hours = round(minutes / 60)
    return duration_words((hours if hours < 48 else round(hours / 24) * 24) * 3600)


def _items(
    course: Course, quiz: Quiz, found: Sitting, marks: Mapping[str, GivenMark], corrected: Mapping[str, Question]
) -> tuple[ResultItem, ...]:
    questions = questions_of(course, quiz)
    items: list[ResultItem] = []
    for position, item in enumerate(found.paper, start=1):
        given = marks[item.question_id]
        question = marking_question(questions[item.question_id], corrected.get(item.question_id), given.response)
        response = response_stored(question, given.response)
        marked = mark_of(question, response, given.by_hand)
        assert marked is not None, "an attempt that has a score has every mark"
        # The points are those that were stored; a later release of the program must not change what was earned.
        marked = replace(marked, points=given.points, out_of=given.out_of)
        view = question_view(question, language(), course.language, order=item.order, response=response, marked=marked)
        if given.by_hand:
            view = with_comment(view, "\n\n".join(comments_of(given.by_hand)))
        view = with_files_to_read(view, given.files, f"/attempts/{found.public_id}")
        assert view.marked is not None
        items.append(
            ResultItem(
                number=position,
                question=view,
                css=view.marked.css,
                icon=view.marked.icon,
                words=points_words(marked.verdict, marked.points, marked.out_of),
                is_right=marked.verdict is Verdict.RIGHT,
                report_href=f"/courses/{course.slug}/mistakes/new?at=quizzes/{quiz.id}/{question.id}",
            )
        )
    return tuple(items)


def _fallback(items: Sequence[ResultItem]) -> str | None:
    if not items or not all(item.question.fallback for item in items):
        return None
    return gettext(
        "The questions are not yet translated into %(wanted)s. They are shown in %(found)s.",
        wanted=NAMES[language()],
        found=NAMES.get(items[0].question.lang, items[0].question.lang),
    )


def _modules(course: Course, quiz: Quiz, marks: Mapping[str, GivenMark]) -> tuple[ModuleRow, ...]:
    """How the questions of each module went; nothing if they are all of one, or some are of none."""
    questions = questions_of(course, quiz)
    earned: dict[str, tuple[Decimal, Decimal]] = {}
    for question_id, given in marks.items():
        module = module_about(course, quiz, questions[question_id])
        if module is None:
            return ()
        got, out_of = earned.get(module.id, (Decimal(0), Decimal(0)))
        earned[module.id] = (got + given.points, out_of + given.out_of)
    if len(earned) < 2:
        return ()
    return tuple(
        ModuleRow(
            numbered(module.number, title_in(module.texts, course.language)),
            gettext(
                "%(points)s of %(out_of)s",
                points=number(earned[module.id][0].quantize(Decimal("0.01"))),
                out_of=number(earned[module.id][1].quantize(Decimal("0.01"))),
            ),
        )
        for module in course.modules
        if module.id in earned
    )


def _reread(course: Course, quiz: Quiz, wrong: Sequence[ResultItem]) -> tuple[RereadRow, ...]:
    """The sections that the explanations of what was not right lead to, in the order of the course."""
    asked: dict[str, tuple[Place, list[int]]] = {}
    for item in wrong:
        assert item.question.marked is not None
        for place in sections_linked(course, (item.question.marked.explanation or "",)):
            asked.setdefault(place.unit, (place, []))[1].append(item.number)
    rows = sorted(asked.values(), key=lambda row: (row[0].module.number, row[0].module.sections.index(row[0].section)))
    return tuple(_reread_row(course, place, numbers) for place, numbers in rows)


def _reread_row(course: Course, place: Place, numbers: Sequence[int]) -> RereadRow:
    title = numbered(place.section.number, section_title(course, place.module, place.section))
    minutes = ngettext("one minute", "%(num)s minutes", place.section.minutes)
    listed = ", ".join(str(each) for each in numbers)
    asked = ngettext("question %(numbers)s", "questions %(numbers)s", len(numbers), numbers=listed)
    return RereadRow(f"/courses/{course.slug}/{place.unit}", title, f"{minutes}, {asked}")


def _steps(
    course: Course,
    quiz: Quiz,
    found: Sitting,
    attempts: Sequence[AttemptFacts],
    certificate_href: str,
    *,
    is_waiting: bool,
) -> tuple[Step, Step | None]:
    """What comes next, and the second-best: after the exam the certificate, after a module's quiz the next module."""
    back = Step(f"/courses/{course.slug}", gettext("Back to the course"))
    if is_waiting:
        return back, None
    if found.is_passed is False and attempts_left(quiz, attempts) != 0:
        return Step(f"/courses/{course.slug}/quizzes/{quiz.id}", gettext("Try again")), back
    is_exam = course.exam is not None and quiz.id == course.exam.id
    if is_exam and found.completed_at is not None and course.certification is not None:
        return Step(certificate_href, gettext("See your certificate")), back
    following = _following(course, quiz, found)
    return (following, back) if following is not None else (back, None)


def _following(course: Course, quiz: Quiz, found: Sitting) -> Step | None:
    progress = progress_of(course, found.tally)
    owner = next((module for module in course.modules if module.quiz is not None and module.quiz.id == quiz.id), None)
    start = owner.number if owner is not None else 0
    for module in (*progress.modules[start:], *progress.modules[:start]):
        if not module.is_read:
            title = text_in(module.module.texts, language(), course.language)[0].title
            unread = next(section for section in module.module.sections if section.id not in module.read)
            return Step(
                f"/courses/{course.slug}/{module.module.id}/{unread.id}",
                gettext("Go on with module %(number)s, %(title)s", number=module.module.number, title=title),
            )
    exam = course.exam
    if exam is not None and quiz.id != exam.id and progress.exam_score is None:
        return Step(f"/courses/{course.slug}/quizzes/{exam.id}", gettext("Go to the exam"))
    return None
