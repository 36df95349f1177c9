"""What the page before a quiz is given: its rules in words, the attempts so far, the one button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from elearn.assessment.rules import (
    AttemptFacts,
    ExamNotOpen,
    NextAttemptLater,
    due_at,
    may_start,
    pass_mark_of,
    time_limit,
)
from elearn.assessment.words import (
    MINUTE,
    attempts_words,
    day_and_time,
    duration_words,
    feedback_words,
    kind_words,
    whole_score,
)
from elearn.content.course import Course, Feedback, Quiz, text_in
from elearn.core.refusals import Refusal
from elearn.learning.pages import title_in
from elearn.learning.queries import Learning
from elearn.learning.rules import progress_of
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, language, ngettext
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a quiz in words: what it says and, smaller, what that means."""

    icon: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt in the list. ``href`` leads to its result; None: it is open still."""

    number: int
    href: str | None
    when: str
    score: str
    state: str


@dataclass(frozen=True, slots=True)
class StartPage:
    """The page before a quiz.

    ``state``: ready, running (an attempt is open), locked (the exam, before the modules are read), waiting or used-up;
    in the last three ``refusal`` says why nothing can be started. ``marking`` says that an attempt waits for a trainer.
    """

    shell: Shell
    courses_href: str
    course_title: Markup
    course_href: str
    kind: str
    title: str
    lead: str
    introduction: Markup | None
    text_language: str
    rules: tuple[Rule, ...]
    attempts: tuple[AttemptRow, ...]
    marking: str | None
    used_words: str
    best_words: str | None
    state: str
    refusal: str | None
    refusal_note: str | None
    action: str
    button: str
    button_note: str | None


def start_page(
    course: Course,
    learning: Learning,
    quiz: Quiz,
    attempts: Sequence[AttemptFacts],
    *,
    extra_percent: int = 0,
    now: datetime,
) -> StartPage:
    """The page before a quiz: its rules in words, the attempts so far, the one button.

    ``extra_percent`` is the extra time of the person.
    """
    here = language()
    text, found_in = text_in(quiz.texts, here, course.language)
    running = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    refusal = None if running is not None else _why_not(course, learning, quiz, attempts, now)
    number = running.number if running is not None else len(attempts) + 1
    return StartPage(
        shell=shell(),
        courses_href="/courses",
        course_title=title_in(course.texts, course.language),
        course_href=f"/courses/{course.slug}",
        kind=kind_words(course, quiz),
        title=text.title,
        lead=_lead(course, quiz),
        introduction=compiled(text.introduction) if text.introduction else None,
        text_language=found_in,
        rules=_rules(quiz, extra_percent),
        attempts=tuple(_attempt_row(attempt) for attempt in attempts),
        marking=_marking_words(attempts),
        used_words=_used_words(quiz, attempts),
        best_words=_best_words(course, quiz, attempts),
        state="running" if running is not None else _state_of(refusal),
        refusal=_refusal_words(course, learning, refusal, now),
        refusal_note=_refusal_note(refusal),
        action=f"/courses/{course.slug}/quizzes/{quiz.id}/start",
        button=_button(running, number, quiz),
        button_note=_button_note(quiz, running, extra_percent, now),
    )


def _why_not(
    course: Course, learning: Learning, quiz: Quiz, attempts: Sequence[AttemptFacts], now: datetime
) -> Refusal | None:
    if course.exam is not None and quiz.id == course.exam.id and not progress_of(course, learning.tally).is_exam_open:
        return ExamNotOpen()
    return may_start(quiz, attempts, now)


def _state_of(refusal: Refusal | None) -> str:
    if refusal is None:
        return "ready"
    if isinstance(refusal, ExamNotOpen):
        return "locked"
    return "waiting" if isinstance(refusal, NextAttemptLater) else "used-up"


def _refusal_words(course: Course, learning: Learning, refusal: Refusal | None, now: datetime) -> str | None:
    if refusal is None:
        return None
    if isinstance(refusal, ExamNotOpen):
        progress = progress_of(course, learning.tally)
        return gettext(
            "The exam opens when you have read every module. You have read %(read)s of %(all)s.",
            read=progress.modules_read,
            all=len(progress.modules),
        )
    if isinstance(refusal, NextAttemptLater):
        return gettext("You may start the next attempt from %(time)s.", time=day_and_time(refusal.not_before, now))
    return gettext("You have used every attempt at this quiz.")


def _refusal_note(refusal: Refusal | None) -> str | None:
    if isinstance(refusal, ExamNotOpen):
        return gettext("Go on reading; the exam waits for you here.")
    if isinstance(refusal, NextAttemptLater):
        return gettext("Until then, reread what the result of your last attempt names.")
    return gettext("Your trainer or administrator can tell you what to do next.") if refusal is not None else None


def _lead(course: Course, quiz: Quiz) -> str:
    pass_mark = pass_mark_of(course, quiz)
    count = ngettext("One question.", "%(count)s questions.", quiz.question_count)
    mark = (
        gettext("There is no pass mark.")
        if pass_mark is None
        else gettext("The pass mark is %(mark)s of 100.", mark=pass_mark)
    )
    return f"{count} {mark}"


def _rules(quiz: Quiz, extra_percent: int) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    limit = time_limit(quiz, extra_percent)
    if limit is not None:
        time = _exact_duration(limit)
        if extra_percent:
            words = gettext(
                "Time limit: %(time)s from the start, your extra time of %(percent)s%% included",
                time=time,
                percent=extra_percent,
            )
        else:
            words = gettext("Time limit: %(time)s from the start", time=time)
        rules.append(
            Rule(
                "clock",
                words,
                gettext("The time runs on the server, also while you are away. What is saved at its end is handed in."),
            )
        )
    else:
        rules.append(Rule("clock", gettext("No time limit"), gettext("Stop and come back as you like.")))
    rules.append(
        Rule(
            "save",
            gettext("Every answer is saved as you go"),
            gettext("You can leave and go on at another computer."),
        )
    )
    rules.append(Rule("rotate-ccw", *attempts_words(quiz)))
    if quiz.question_count > 1:
        rules.append(
            Rule(
                "flag",
                gettext("You can flag a question and return to it"),
                gettext("A page before the end shows what is answered, flagged and blank."),
            )
        )
    rules.append(Rule("eye-off" if quiz.feedback is Feedback.NEVER else "eye", *feedback_words(quiz)))
    return tuple(rules)


def _exact_duration(limit: timedelta) -> str:
    """A time limit in its largest whole unit; one that is no whole number of minutes in minutes, rounded down."""
    seconds = int(limit.total_seconds())
    return duration_words(seconds if seconds < MINUTE else seconds - seconds % MINUTE)


def _attempt_row(attempt: AttemptFacts) -> AttemptRow:
    if attempt.submitted_at is None:
        when = gettext("open since %(time)s", time=day_and_time(attempt.started_at, attempt.started_at, short=True))
        return AttemptRow(attempt.number, None, when, "–", "")
    state = ""
    if attempt.is_passed is not None:
        state = gettext("passed") if attempt.is_passed else gettext("not passed")
    return AttemptRow(
        number=attempt.number,
        href=f"/attempts/{attempt.public_id}/result",
        when=day_and_time(attempt.submitted_at, attempt.submitted_at, short=True),
        score=whole_score(attempt.score) if attempt.score is not None else gettext("being marked"),
        state=state,
    )


def _marking_words(attempts: Sequence[AttemptFacts]) -> str | None:
    waiting = [each.number for each in attempts if each.submitted_at is not None and each.score is None]
    if not waiting:
        return None
    return ngettext(
        "A trainer is marking what you wrote in attempt %(numbers)s. Its score comes with the last mark.",
        "Trainers are marking what you wrote in attempts %(numbers)s. Their scores come with the last marks.",
        len(waiting),
        numbers=", ".join(str(number) for number in waiting),
    )


def _used_words(quiz: Quiz, attempts: Sequence[AttemptFacts]) -> str:
    if quiz.attempts is None:
        return ngettext("one so far", "%(count)s so far", len(attempts)) if attempts else ""
    return gettext("%(used)s of %(all)s used", used=len(attempts), all=quiz.attempts)


def _best_words(course: Course, quiz: Quiz, attempts: Sequence[AttemptFacts]) -> str | None:
    scores = [attempt.score for attempt in attempts if attempt.score is not None]
    if not scores:
        return None
    best, pass_mark = max(scores), pass_mark_of(course, quiz)
    said = whole_score(best)
    if pass_mark is None:
        return gettext("Your best result is %(score)s of 100.", score=said)
    if best >= pass_mark:
        return gettext("You have passed: your best result is %(score)s of 100.", score=said)
    return gettext("Your best result is %(score)s of 100; %(mark)s are needed.", score=said, mark=pass_mark)


def _button(running: AttemptFacts | None, number: int, quiz: Quiz) -> str:
    if running is not None:
        return gettext("Go on with attempt %(number)s", number=number)
    if number == 1:
        return gettext("Start")
    return gettext("Start attempt %(number)s", number=number)


def _button_note(quiz: Quiz, running: AttemptFacts | None, extra_percent: int, now: datetime) -> str | None:
    due = running.due_at if running is not None else due_at(quiz, now, extra_percent)
    if due is None:
        return None
    if running is not None:
        return gettext("You may finish until %(time)s.", time=day_and_time(due, now))
    return gettext("If you start now, you may finish until %(time)s.", time=day_and_time(due, now))
