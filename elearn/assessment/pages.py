"""What the templates of an attempt are given, and the functions that build it: one question, the last look."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from elearn.assessment.attachments.pages import with_files_to_change
from elearn.assessment.attachments.queries import NO_FILES, Files
from elearn.assessment.drawing import question_of, questions_of
from elearn.assessment.marking import Response, is_complete, is_marked_by_hand, mark, response_stored, stored_form
from elearn.assessment.queries import GivenAnswer, Sitting
from elearn.assessment.rules import feedback_visible, is_told_at_once
from elearn.assessment.showing import QuestionView, missing_words, question_view
from elearn.assessment.words import kind_words, left_words
from elearn.content.course import Course, Quiz, text_in
from elearn.content.question import BranchingCase, Question
from elearn.learning.pages import title_in
from elearn.markup.safe import compiled
from elearn.web.i18n import clock_time, gettext, language, ngettext
from elearn.web.shell import Shell, shell

# The words on the clock change at these minutes and no oftener: a timer must not tick.
TOLD_AT = (90, 60, 45, 30, 20, 15, 10, 5, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class PaletteCell:
    """A question in the palette; ``words`` tell to who cannot see the shape whether it is answered."""

    number: int
    href: str
    is_answered: bool
    is_flagged: bool
    is_current: bool
    words: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of an attempt shows around it. The time fields are None where there is no limit.

    ``saved`` tells when the answer to the question shown was saved, where none is shown when the last one was.

    ``seconds_left`` and ``time_words`` (pairs of minutes and the words from then on) are for the script that changes
    the words now and then; ``due`` is the time of day.
    """

    kind: str
    of: Markup
    position: str
    leave_href: str
    time_left: str | None
    due: str | None
    seconds_left: int | None
    time_words: tuple[tuple[int, str], ...]
    saved: str | None
    cells: tuple[PaletteCell, ...]
    answered_count: int
    blank_count: int
    flagged_count: int


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of an attempt. ``is_final``: the first answer counts, and it was given or is asked for here.

    ``is_step``: it is a case that goes on, and its button takes a decision. ``back`` and ``following`` are numbers;
    None at either end. ``save_href`` takes answers from the script; None where answers are final and nothing is saved
    behind one's back. ``shown`` tells the response the page shows: see :func:`sign_of`.
    """

    shell: Shell
    frame: Frame
    action: str
    save_href: str | None
    submit_href: str
    result_href: str
    number: int
    count: int
    question: QuestionView
    change_words: str
    is_final: bool
    is_answered: bool
    is_step: bool
    is_flagged: bool
    shown: str
    back: int | None
    following: int | None
    error: str | None


def sign_of(response: Response | None) -> str:
    """What a page of an attempt says of the response it shows, so that one that was not touched changes nothing."""
    stored = json.dumps(stored_form(response), sort_keys=True)
    return hashlib.sha256(stored.encode()).hexdigest()[:16]


def question_page(
    course: Course,
    quiz: Quiz,
    found: Sitting,
    answers: Mapping[str, GivenAnswer],
    number: int,
    *,
    now: datetime,
    is_missing: bool = False,
    files: Files = NO_FILES,
    file_error: str | None = None,
) -> QuestionPage:
    """The page of question ``number`` (from 1); ``is_missing``: an answer was asked for and none came.

    ``files`` are those of the attempt, ``file_error`` is why one was not taken.
    """
    item = found.paper[number - 1]
    question = question_of(course, quiz, item.question_id)
    given = answers.get(item.question_id)
    response = response_stored(question, given.response) if given is not None else None
    is_final = is_told_at_once(quiz, question)
    is_answered = is_complete(question, response)
    is_case = isinstance(question, BranchingCase)
    seen = feedback_visible(quiz, is_submitted=False, is_answered=is_answered) and not is_marked_by_hand(question)
    view = question_view(
        question,
        language(),
        course.language,
        order=item.order,
        response=response,
        marked=mark(question, response) if seen else None,
    )
    base = f"/attempts/{found.public_id}"
    view = with_files_to_change(view, question, files.get(question.id, ()), f"{base}/{number}", error=file_error)
    count = len(found.paper)
    return QuestionPage(
        shell=shell(),
        frame=frame(course, quiz, found, answers, current=number, now=now, files=files),
        action=f"{base}/{number}",
        save_href=None if is_final else f"{base}/answers/{question.id}",
        submit_href=f"{base}/submit",
        result_href=f"{base}/result",
        number=number,
        count=count,
        question=view,
        change_words=gettext("A decision stands once it is taken.")
        if is_case
        else gettext("Your first answer counts.")
        if is_final
        else gettext("You can change it until you hand in."),
        is_final=is_final,
        is_answered=is_answered,
        is_step=is_case and not is_answered,
        is_flagged=question.id in found.flagged,
        shown=sign_of(response),
        back=number - 1 if number > 1 else None,
        following=number + 1 if number < count else None,
        error=missing_words(view) if is_missing else None,
    )


def frame(
    course: Course,
    quiz: Quiz,
    found: Sitting,
    answers: Mapping[str, GivenAnswer],
    *,
    now: datetime,
    current: int | None = None,
    files: Files = NO_FILES,
) -> Frame:
    """What stands around a page of an attempt: the time in words, when it was saved, the palette."""
    cells = _cells(questions_of(course, quiz), found, answers, files, current)
    shown = found.paper[current - 1].question_id if current is not None else None
    saved = (given.received_at for name, given in answers.items() if shown in (None, name))
    saved_at = max(saved, default=None)
    left = found.due_at - now if found.due_at is not None else None
    count = len(cells)
    return Frame(
        kind=kind_words(course, quiz),
        of=_owner_title(course, quiz),
        position=gettext("Question %(number)s of %(count)s", number=current, count=count) if current else "",
        leave_href=f"/courses/{course.slug}/quizzes/{quiz.id}",
        time_left=left_words(left) if left is not None else None,
        due=clock_time(found.due_at) if found.due_at is not None else None,
        seconds_left=max(0, int(left.total_seconds())) if left is not None else None,
        time_words=tuple((minutes, left_words(timedelta(minutes=minutes))) for minutes in TOLD_AT)
        if left is not None
        else (),
        saved=clock_time(saved_at) if saved_at is not None else None,
        cells=cells,
        answered_count=sum(cell.is_answered for cell in cells),
        blank_count=sum(not cell.is_answered for cell in cells),
        flagged_count=sum(cell.is_flagged for cell in cells),
    )


def _cells(
    questions: Mapping[str, Question],
    found: Sitting,
    answers: Mapping[str, GivenAnswer],
    files: Files,
    current: int | None,
) -> tuple[PaletteCell, ...]:
    cells: list[PaletteCell] = []
    for number, item in enumerate(found.paper, start=1):
        given = answers.get(item.question_id)
        question = questions[item.question_id]
        stored = given.response if given is not None else {}
        is_begun = bool(stored) or item.question_id in files
        is_case = isinstance(question, BranchingCase)
        is_answered = is_begun and (not is_case or is_complete(question, response_stored(question, stored)))
        is_flagged = item.question_id in found.flagged
        words = (
            gettext("answered")
            if is_answered
            else gettext("begun, not yet at its end")
            if is_begun
            else gettext("not yet answered")
        )
        cells.append(
            PaletteCell(
                number=number,
                href=f"/attempts/{found.public_id}/{number}",
                is_answered=is_answered,
                is_flagged=is_flagged,
                is_current=number == current,
                words=words,
            )
        )
    return tuple(cells)


def _owner_title(course: Course, quiz: Quiz) -> Markup:
    """What the quiz is about: its module, else the course."""
    owner = next((module for module in course.modules if module.quiz is not None and module.quiz.id == quiz.id), None)
    if owner is not None:
        return title_in(owner.texts, course.language)
    return title_in(course.texts, course.language)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A question that is blank or flagged; ``saved`` tells when its answer was saved, if it has one."""

    number: int
    title: str
    lang: str
    href: str
    is_answered: bool
    is_flagged: bool
    saved: str | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The page before handing in."""

    shell: Shell
    frame: Frame
    title: str
    lead: str
    rows: tuple[ReviewRow, ...]
    count: int
    action: str
    warning: str
    button: str
    back_href: str
    back_label: str


def review_page(
    course: Course,
    quiz: Quiz,
    found: Sitting,
    answers: Mapping[str, GivenAnswer],
    *,
    now: datetime,
    files: Files = NO_FILES,
) -> ReviewPage:
    """What is blank or flagged, and the button that ends the attempt; ``files`` are those of the attempt."""
    around = frame(course, quiz, found, answers, now=now, files=files)
    questions = questions_of(course, quiz)
    rows: list[ReviewRow] = []
    for cell, item in zip(around.cells, found.paper, strict=True):
        if cell.is_answered and not cell.is_flagged:
            continue
        text, found_in = text_in(questions[item.question_id].texts, language(), course.language)
        title = compiled(text.title).striptags()
        given = answers.get(item.question_id)
        saved = clock_time(given.received_at) if given is not None and cell.is_answered else None
        rows.append(ReviewRow(cell.number, title, found_in, cell.href, cell.is_answered, cell.is_flagged, saved))
    blank, count = around.blank_count, len(around.cells)
    first = next((row.number for row in rows), count)
    return ReviewPage(
        shell=shell(),
        frame=around,
        title=ngettext("One question is still open", "%(count)s questions are still open", blank)
        if blank
        else gettext("Every question is answered"),
        lead=_review_lead(around),
        rows=tuple(rows),
        count=count,
        action=f"/attempts/{found.public_id}/submit",
        warning=gettext("After handing in you cannot change an answer.")
        if not blank
        else gettext("After handing in you cannot change an answer. Open questions earn nothing."),
        button=gettext("Hand in")
        if not blank
        else gettext("Hand in %(answered)s of %(count)s answers", answered=count - blank, count=count),
        back_href=f"/attempts/{found.public_id}/{first}",
        back_label=gettext("Go on with question %(number)s", number=first),
    )


def _review_lead(around: Frame) -> str:
    if around.due is None:
        return gettext("You may go back to any question before you hand in.")
    return gettext("You may go back to any question until %(time)s.", time=around.due)


def first_blank(found: Sitting, answers: Mapping[str, GivenAnswer]) -> int:
    """Where to go on in an attempt: the first question without an answer, else the first."""
    for number, item in enumerate(found.paper, start=1):
        given = answers.get(item.question_id)
        if given is None or not given.response:
            return number
    return 1
