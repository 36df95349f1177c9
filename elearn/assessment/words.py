"""Words about quizzes: durations, times of day, attempts, feedback, in the language of the page."""

from datetime import datetime, timedelta
from decimal import Decimal

from markupsafe import Markup

from elearn.content.course import Course, Feedback, Quiz, text_in
from elearn.content.question import Question
from elearn.markup.safe import compiled
from elearn.web.i18n import clock_time, day, gettext, language, ngettext, said, zone

MINUTE, HOUR, DAY = 60, 3600, 86400


def question_title(question: Question, source: str) -> Markup:
    """The title of a question without its marks, in the language of the page, or marked as being in another."""
    text, found_in = text_in(question.texts, language(), source)
    return said(compiled(text.title).striptags(), found_in)


def duration_words(seconds: int) -> str:
    """A duration in its largest whole unit: 40 minutes, 24 hours, 2 days."""
    if seconds % DAY == 0:
        return ngettext("one day", "%(count)s days", seconds // DAY)
    if seconds % HOUR == 0:
        return ngettext("one hour", "%(count)s hours", seconds // HOUR)
    return ngettext("one minute", "%(num)s minutes", max(1, round(seconds / MINUTE)))


def left_words(left: timedelta) -> str:
    """How much time is left, in words that need not change every second."""
    minutes = round(left.total_seconds() / MINUTE)
    if minutes < 1:
        return gettext("Less than a minute left")
    if minutes > 120:
        return ngettext("About one hour left", "About %(count)s hours left", round(minutes / 60))
    return ngettext("About one minute left", "About %(count)s minutes left", minutes)


def day_and_time(value: datetime, now: datetime, *, short: bool = False) -> str:
    """A time of day, with its day unless that is today (always, if ``short``: 19 Nov, 14:58)."""
    time = clock_time(value)
    if short:
        return f"{day(value, 'd MMM')}, {time}"
    if value.astimezone(zone()).date() == now.astimezone(zone()).date():
        return time
    return gettext("%(time)s on %(day)s", time=time, day=day(value, "d MMMM"))


def attempts_words(quiz: Quiz) -> tuple[str, str]:
    """How often the quiz may be taken, and which attempt counts."""
    if quiz.attempts is None:
        said = gettext("As many attempts as you like")
    else:
        said = ngettext("%(count)s attempt", "%(count)s attempts", quiz.attempts)
        if quiz.attempts == 1:
            return said, gettext("Once you have handed in, it cannot be repeated.")
    if quiz.wait_between_seconds:
        wait = duration_words(quiz.wait_between_seconds)
        said = gettext("%(attempts)s, at least %(wait)s apart", attempts=said, wait=wait)
    return said, gettext("The best of them counts.")


def feedback_words(quiz: Quiz) -> tuple[str, str]:
    """When one sees what was right."""
    reason = gettext("With the reason, and where to reread.")
    match quiz.feedback:
        case Feedback.IMMEDIATELY:
            return gettext("You see what is right after each question"), gettext(
                "Your first answer to a question counts."
            )
        case Feedback.AFTER_ATTEMPT:
            return gettext("You see what was right after you hand in"), reason
        case Feedback.AFTER_CLOSE:
            return gettext("You see what was right after your last attempt"), gettext("Until then, only the score.")
        case Feedback.NEVER:
            return gettext("You see your score"), gettext("The right answers are not shown.")


def hidden_words(quiz: Quiz) -> str:
    """Why the answers of an attempt that was handed in are not shown."""
    if quiz.feedback is Feedback.AFTER_CLOSE and quiz.attempts is not None:
        return gettext("What was right is shown after your last attempt.")
    return gettext("The right answers of this quiz are not shown.")


def kind_words(course: Course, quiz: Quiz) -> str:
    """What sort of quiz it is."""
    if course.exam is not None and quiz.id == course.exam.id:
        return gettext("Exam")
    if course.pretest is not None and quiz.id == course.pretest.id:
        return gettext("Before the course")
    return gettext("Quiz")


def whole_score(score: Decimal | None) -> str:
    """A score as it is shown: whole per cent, never rounded up over a pass mark."""
    return "–" if score is None else str(int(score))
