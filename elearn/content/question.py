"""What a compiled question is: one frozen type a kind, equal by content; see ``content.course``."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from elearn.content.areas import Sheet
from elearn.content.cases import Scene, SceneText


class Credit(StrEnum):
    """How a partly right response is paid."""

    EXACT = "exact"
    PROPORTIONAL = "proportional"
    PROPORTIONAL_CORRECT = "proportional-correct"


@dataclass(frozen=True, slots=True)
class LedgerText:
    """The words of a ledger in one language, plain: the head of each column, and the cells of each row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class QuestionText:
    """The words of a question in one language, as safe HTML.

    ``answers`` maps the id of each choice shown to the officer to its HTML (inline). ``feedback`` maps an answer's id
    (of a choice or of an accepted or refused answer) to the HTML shown to somebody who gave it. ``trainer_note`` never
    reaches a learner. ``passage`` is the text of a cloze, cut at its gaps. ``ledger`` is a ledger's table; None in a
    translation that repeats the cells of the source. ``scenes`` has the words of a branching case by scene; those of
    the opening one are the stem.
    ``sheets`` are the pictures of a hotspot.
    """

    title: str
    stem: str
    answers: dict[str, str] = field(default_factory=dict)
    feedback: dict[str, str] = field(default_factory=dict)
    hint: str | None = None
    explanation: str | None = None
    trainer_note: str | None = None
    passage: tuple[str, ...] = ()
    ledger: LedgerText | None = None
    scenes: dict[str, SceneText] = field(default_factory=dict)
    sheets: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One row to choose; ``weight`` is the share of the points it earns (1 = all, negative takes away)."""

    id: str
    is_right: bool
    weight: Decimal


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """An answer one may type: ``text`` is compared after folding, or is an RE2 pattern if ``is_pattern``.

    ``is_refused`` marks ``!=`` lines: known mistakes with their own feedback.
    """

    id: str
    text: str
    is_pattern: bool
    is_refused: bool
    weight: Decimal


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """A number one may type, from ``low`` to ``high`` inclusive, in ``unit`` (None: a bare number)."""

    id: str
    low: Decimal
    high: Decimal
    unit: str | None
    is_refused: bool
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What every question has. ``points`` is what a right response earns; ``line`` is where it stands in its file."""

    id: str
    points: Decimal
    tags: tuple[str, ...]
    credit: Credit
    texts: dict[str, QuestionText]
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(Item):
    """Exactly one choice may be made."""

    kind: Literal["single"] = "single"
    choices: tuple[Choice, ...]
    shuffle: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralChoice(Item):
    """Any number of choices may be made."""

    kind: Literal["several"] = "several"
    choices: tuple[Choice, ...]
    shuffle: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(Item):
    """A statement that is true or false; ``answer_ids`` are ``true`` and ``false``."""

    kind: Literal["true-false"] = "true-false"
    is_true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortText(Item):
    """A word or a phrase is typed."""

    kind: Literal["text"] = "text"
    answers: tuple[TextAnswer, ...]
    fold_yo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Item):
    """A number is typed, with a comma or a point."""

    kind: Literal["number"] = "number"
    answers: tuple[NumberAnswer, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A left side and the right side that belongs to it, by the ids of their words."""

    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(Item):
    """Each left side is given a right side; ``distractors`` are right sides that belong to none."""

    kind: Literal["matching"] = "matching"
    pairs: tuple[Pair, ...]
    distractors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering(Item):
    """Items are put into an order; ``items`` has their ids in the right one."""

    kind: Literal["ordering"] = "ordering"
    items: tuple[str, ...]


class ColumnKind(StrEnum):
    """What all cells of a ledger's column are: a number, a date (03.05, 03.05.2026, 2026-05-03), or any text."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class LedgerVariant:
    """That each attempt has dates, names and amounts of its own.

    ``limit`` is the amount that the stem speaks of (None: it speaks of none); ``kept`` tells the columns that stay.
    """

    limit: Decimal | None
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger(Item):
    """A table whose suspicious rows are picked; its cells are in ``QuestionText.ledger``, row by row as ``row_ids``.

    ``is_keyed``: the first column is the rows' key, and their ids. ``alarm_hours`` is what a false alarm costs an
    analyst; ``missed_days`` how much later a missed row is found (None: nobody says).
    """

    kind: Literal["ledger"] = "ledger"
    columns: tuple[ColumnKind, ...]
    row_ids: tuple[str, ...]
    right_ids: tuple[str, ...]
    is_keyed: bool
    variant: LedgerVariant | None = None
    alarm_hours: int = 1
    missed_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchingCase(Item):
    """A case that goes on as one decides. ``scenes`` begins with the opening one, which is the stem.

    ``model_path`` are the ids of the decisions that earn most (see ``content.cases``).
    """

    kind: Literal["branching"] = "branching"
    scenes: tuple[Scene, ...]
    model_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextGap:
    """A gap in which a word is typed."""

    answers: tuple[TextAnswer, ...]
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class NumberGap:
    """A gap in which a number is typed."""

    answers: tuple[NumberAnswer, ...]
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class ChoiceGap:
    """A gap for which one of a few words is chosen."""

    choices: tuple[Choice, ...]
    kind: Literal["choice"] = "choice"


Gap = TextGap | NumberGap | ChoiceGap


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze(Item):
    """A text with gaps to fill in; its HTML is ``QuestionText.passage``."""

    kind: Literal["cloze"] = "cloze"
    gaps: tuple[Gap, ...]
    fold_yo: bool = False
    shuffle: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotspot(Item):
    """Choices that are areas of a picture (``QuestionText.sheets``): one of them, or any number if ``is_several``."""

    kind: Literal["hotspot"] = "hotspot"
    choices: tuple[Choice, ...]
    is_several: bool
    shuffle: bool = True


@dataclass(frozen=True, slots=True)
class Criterion:
    """What an open answer is looked at for: ``levels`` has the points of each level, rising from the lowest.

    Its words stand in ``QuestionText.answers`` under its id, those of its levels under :meth:`level_id`.
    """

    id: str
    levels: tuple[Decimal, ...]

    def level_id(self, index: int) -> str:
        """The id of the level at that place, the lowest being 0."""
        return f"{self.id}.{index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswer(Item):
    """A text, with files if ``uploads`` names their endings, that a trainer marks by a rubric.

    ``words`` is the most words asked for (None: nobody counts); more are pointed out, never cut.
    """

    kind: Literal["open"] = "open"
    criteria: tuple[Criterion, ...]
    words: int | None = None
    uploads: tuple[str, ...] = ()


Question = (
    SingleChoice
    | SeveralChoice
    | TrueFalse
    | ShortText
    | Number
    | Cloze
    | Matching
    | Ordering
    | Ledger
    | BranchingCase
    | Hotspot
    | OpenAnswer
)
