"""A bank of questions between two formats: frozen values whose texts are Markdown of the course format."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

ALL = Decimal(100)
ONE_POINT = Decimal(1)
MOST_QUESTIONS = 2_000  # of a file: more than a pool of a megabyte holds


@dataclass(frozen=True, slots=True)
class Answer:
    """A row to choose. ``weight`` is in per cent of the points; None: right rows share what the others leave."""

    text: str
    is_right: bool
    weight: Decimal | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Rows of which one (``is_single``) or several are chosen."""

    answers: tuple[Answer, ...]
    is_single: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false, with the feedback on either choice."""

    is_true: bool
    if_true: str = ""
    if_false: str = ""


@dataclass(frozen=True, slots=True)
class TextKey:
    """Words one may type, plain, or an RE2 pattern. ``is_right`` False: a known mistake."""

    text: str
    is_pattern: bool = False
    is_right: bool = True
    weight: Decimal | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """A word or a phrase is typed."""

    answers: tuple[TextKey, ...]


@dataclass(frozen=True, slots=True)
class NumberKey:
    """A number one may type, from ``low`` to ``high`` inclusive; ``is_range``: written as a range, not a tolerance."""

    low: Decimal
    high: Decimal
    unit: str | None = None
    is_range: bool = False
    is_right: bool = True
    weight: Decimal | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number is typed."""

    answers: tuple[NumberKey, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two halves that belong together; an empty ``left`` makes ``right`` a distractor."""

    left: str
    right: str
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """Halves are brought together."""

    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One of several to be sorted."""

    text: str
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Ordering:
    """Items to be sorted, in their right order."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A place to fill in, of a cloze text."""

    body: Choices | Texts | Numbers


@dataclass(frozen=True, slots=True)
class Cloze:
    """A text with gaps, as pieces of Markdown and gaps in turn."""

    pieces: tuple[str | Gap, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A free answer marked against ``rubric``, a table of the course format (empty: none was given)."""

    rubric: str = ""


class OwnKind(StrEnum):
    """Kinds that no other format has as such."""

    LEDGER = "ledger"
    BRANCHING = "branching case"
    HOTSPOT = "hotspot"


@dataclass(frozen=True, slots=True)
class Own:
    """An answer block that only the course format has, as it is written there."""

    kind: OwnKind
    text: str


Body = Choices | Truth | Texts | Numbers | Matching | Ordering | Cloze | Open | Own


@dataclass(frozen=True, slots=True, kw_only=True)
class BankQuestion:
    """A question. ``line`` is where it stands in the file it came from; ``settings`` are further ones of its heading.

    ``explanation`` is shown after answering, ``note`` to trainers only. ``credit`` None: the default of its kind.
    """

    title: str
    body: Body
    stem: str = ""
    id: str | None = None
    points: Decimal = ONE_POINT
    tags: tuple[str, ...] = ()
    credit: str | None = None
    shuffle: bool = True
    fold_yo: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    explanation: str = ""
    note: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """What was not kept: of which question, what, and why or what to do. ``is_question``: the question was left out."""

    line: int
    question: str
    what: str
    why: str
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions of a file. ``title`` names the pool; ``images`` are files beside it, by relative path."""

    questions: tuple[BankQuestion, ...]
    title: str = ""
    losses: tuple[Loss, ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def lossy_count(self) -> int:
        """How many of the questions lost something."""
        return len({loss.line for loss in self.losses if not loss.is_question})

    @property
    def left_out_count(self) -> int:
        """How many questions were left out."""
        return len({loss.line for loss in self.losses if loss.is_question})


class Unreadable(Exception):
    """A file that is no bank of its format at all; the message is a sentence for the trainer."""


def checked_count(count: int) -> None:
    """Raise Unreadable if a file has more questions than are read."""
    if count > MOST_QUESTIONS:
        raise Unreadable(f"The file has more than {MOST_QUESTIONS:,} questions. Split it.")


class LeftOut(Exception):
    """A question that cannot be kept; the message says why."""


class Losses:
    """Where readers and writers note what they could not keep, each once."""

    def __init__(self) -> None:
        self._found: list[Loss] = []
        self._now: dict[Loss, None] = {}  # of the question under way
        self._line, self._question = 1, ""

    def begin(self, line: int, question: str) -> None:
        """What is noted from now on is of this question."""
        self._found += self._now
        self._now = {}
        self._line, self._question = line, _short(question)

    def name(self, question: str) -> None:
        """The question under way is called so."""
        self._question = _short(question)

    def add(self, what: str, why: str) -> None:
        """Note something of the question under way."""
        self._now[Loss(self._line, self._question, what, why)] = None

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Leave out the question under way if it raises LeftOut; then only that is said of it."""
        try:
            yield
        except LeftOut as reason:
            self._now = {Loss(self._line, self._question, "the question was left out", str(reason), True): None}

    def all(self) -> tuple[Loss, ...]:
        """What was noted, by line."""
        return tuple(sorted([*self._found, *self._now]))


def _short(text: str) -> str:
    return " ".join(text[:400].split())[:80]
