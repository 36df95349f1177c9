"""What an attempt is allowed: when it may start, how long it lasts, what it scores, what may be shown of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from uuid import UUID, uuid5

from elearn.content.course import Course, Feedback, Quiz
from elearn.content.question import BranchingCase, OpenAnswer, Question
from elearn.core.refusals import Conflict, NotAllowed, NotFound, Refusal

# The last answer may still be on its way when the time is over; a slow line must not cost it.
GRACE = timedelta(seconds=20)
EXTRA_PERCENTS = (0, 25, 50, 75, 100)
"""How much longer than others somebody may be given for a quiz with a time limit, in per cent."""
_HUNDREDTH, _ROUNDED_AWAY = Decimal("0.01"), Decimal("0.00005")  # a point has at most so much more than is kept of it
_OUTCOMES = UUID("6f1d3f0e-6d55-4b0e-9a53-1b7a2a4c7d10")  # the name space of outcomes that come from attempts


class NoSuchQuiz(NotFound):
    """The course has no such quiz."""

    message = "This course has no such quiz."


class NoSuchAttempt(NotFound):
    """There is no such attempt, or it is somebody else's."""

    message = "There is no such attempt."


class NoSuchQuestion(NotFound):
    """The question is not one of this attempt or lesson."""

    message = "There is no such question here."


class ExamNotOpen(NotAllowed):
    """The modules come before the exam."""

    message = "The exam opens when you have read every module."


class NoAttemptsLeft(NotAllowed):
    """Every attempt that the quiz allows was made."""

    message = "You have used every attempt at this quiz."


class NextAttemptLater(NotAllowed):
    """The quiz asks for a pause between attempts; ``not_before`` is when it ends."""

    message = "There is a waiting time between attempts. The page of the quiz says when you may start again."

    def __init__(self, not_before: datetime) -> None:
        self.not_before = not_before
        super().__init__()


class NotYourOwnTime(Conflict):
    """Extra time is granted by somebody else."""

    message = "You cannot grant yourself extra time. Another administrator can."


class AttemptClosed(Conflict):
    """The attempt was handed in, or its time is over: its answers no longer change."""

    message = "This attempt is closed: it was handed in, or its time is over. Its answers no longer change."


class AnsweredAlready(Conflict):
    """Where one sees at once what was right, the first answer counts."""

    message = "You have answered this question already; the first answer counts."


class DecisionStands(Conflict):
    """In a case one goes on from what was decided."""

    message = "A decision in a case stands once it is taken. Load the page again to go on from it."


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """An attempt as its rules see it. ``score`` is in per cent; ``submitted_at`` None: it is still open."""

    public_id: str
    number: int
    started_at: datetime
    due_at: datetime | None
    submitted_at: datetime | None
    score: Decimal | None
    is_passed: bool | None


def may_start(quiz: Quiz, attempts: Sequence[AttemptFacts], now: datetime) -> Refusal | None:
    """Why no further attempt may start now, or None. An attempt still open is for resuming and no reason by itself."""
    if attempts_left(quiz, attempts) == 0:
        return NoAttemptsLeft()
    not_before = next_attempt_at(quiz, attempts)
    if not_before is not None and now < not_before:
        return NextAttemptLater(not_before)
    return None


def attempts_left(quiz: Quiz, attempts: Sequence[AttemptFacts]) -> int | None:
    """How many attempts may still be started; None: as many as one likes."""
    return None if quiz.attempts is None else max(0, quiz.attempts - len(attempts))


def next_attempt_at(quiz: Quiz, attempts: Sequence[AttemptFacts]) -> datetime | None:
    """When the waiting time after the last attempt ends; None: there is none."""
    ended = [attempt.submitted_at for attempt in attempts if attempt.submitted_at is not None]
    if quiz.wait_between_seconds is None or not ended:
        return None
    return max(ended) + timedelta(seconds=quiz.wait_between_seconds)


def time_limit(quiz: Quiz, extra_percent: int = 0) -> timedelta | None:
    """How long an attempt may last for somebody with that much extra time; None: it has no limit."""
    if quiz.time_limit_seconds is None:
        return None
    return timedelta(seconds=quiz.time_limit_seconds) * (100 + extra_percent) / 100


def due_at(quiz: Quiz, started_at: datetime, extra_percent: int = 0) -> datetime | None:
    """When the time of an attempt is over; None: it has no limit."""
    limit = time_limit(quiz, extra_percent)
    return None if limit is None else started_at + limit


def is_over(due: datetime | None, now: datetime) -> bool:
    """Whether an attempt takes no more answers, the grace for the last one included."""
    return due is not None and now > due + GRACE


def handed_in_at(due: datetime | None, now: datetime) -> datetime:
    """The instant that counts as handing in: now, but never after the time was over."""
    return now if due is None else min(now, due)


def score_of(points: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The score in per cent from pairs of points earned and points to earn; nothing to earn scores 0.

    Points are kept to four places, so three thirds of a point make 0.9999. Where that much decides whether the score
    is a whole per cent, as marks to pass are, it is: nobody fails by rounding. Else it is rounded down to four places,
    so that nobody passes by it.
    """
    earned, whole, doubt = Decimal(0), Decimal(0), Decimal(0)
    for got, out_of in points:
        earned, whole = earned + got, whole + out_of
        if got % _HUNDREDTH:  # weights and points that were not divided have two places
            doubt += _ROUNDED_AWAY
    if whole <= 0:
        return Decimal(0)
    score = earned * 100 / whole
    nearest = score.quantize(Decimal(1))
    if abs(score - nearest) * whole <= doubt * 100:
        return nearest
    return score.quantize(Decimal("0.0001"), ROUND_DOWN)


def pass_mark_of(course: Course, quiz: Quiz) -> int | None:
    """The per cent that pass a quiz; for the exam, what the completion rule asks for. None: nothing to pass."""
    if quiz is course.exam or (course.exam is not None and quiz.id == course.exam.id):
        return course.completion.exam if course.completion.exam is not None else quiz.pass_mark
    return quiz.pass_mark


def is_attempt_passed(pass_mark: int | None, score: Decimal) -> bool | None:
    """Whether a score passes; None where there is nothing to pass."""
    return None if pass_mark is None else score >= pass_mark


def is_closed(quiz: Quiz, attempts: Sequence[AttemptFacts]) -> bool:
    """Whether a quiz is over for somebody: every attempt it allows was handed in. One without a limit never is."""
    return attempts_left(quiz, attempts) == 0 and all(attempt.submitted_at is not None for attempt in attempts)


def feedback_visible(quiz: Quiz, *, is_submitted: bool, is_answered: bool = False, is_closed: bool = False) -> bool:
    """Whether an officer may see what was right in a question of an attempt, and why.

    ``immediately``: once the question is answered (the first answer counts then). ``after-attempt``: once the attempt
    is handed in. ``after-close``: once the last attempt that the quiz allows is handed in. ``never``: not at all.
    """
    match quiz.feedback:
        case Feedback.IMMEDIATELY:
            return is_submitted or is_answered
        case Feedback.AFTER_ATTEMPT:
            return is_submitted
        case Feedback.AFTER_CLOSE:
            return is_submitted and is_closed
        case Feedback.NEVER:
            return False


def is_told_at_once(quiz: Quiz, question: Question) -> bool:
    """Whether one sees what was right as soon as one has answered; of what a trainer marks one does not."""
    return quiz.feedback is Feedback.IMMEDIATELY and not isinstance(question, OpenAnswer)


def binds(quiz: Quiz, question: Question) -> bool:
    """Whether an answer to a question of a quiz binds the next one to it.

    Where one sees at once what was right the first answer counts, and in a case a decision stands.
    """
    return is_told_at_once(quiz, question) or isinstance(question, BranchingCase)


def outcome_id(public_id: str, remark_id: int | None = None) -> UUID:
    """The client's id of the outcome of an attempt, or of a re-mark of it: always the same, so that it counts once."""
    return uuid5(_OUTCOMES, public_id if remark_id is None else f"{public_id}:{remark_id}")
