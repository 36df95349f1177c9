"""What the templates of this feature are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from elearn.accounts.models import Person
from elearn.rights.merging import MergePlan
from elearn.rights.queries import FateLine
from elearn.rights.rules import Fate, Why
from elearn.rights.titles import TITLES
from elearn.web.i18n import gettext, marked, number
from elearn.web.shell import Shell, shell

FATES = {
    Fate.GOES: marked("is erased"),
    Fate.CHANGES: marked("stays without the name"),
    Fate.STAYS: marked("stays"),
}
WHYS = {
    Why.REFERRED: marked("Names, address and password go; what others refer to stays without them."),
    Why.STATISTICS: marked("Statistics count it; it names nobody."),
    Why.RECORD: marked("The record of the training must stand; it names nobody any more."),
    Why.RECORD_WITHOUT_NAMES: marked("Their names in it go; the record of the marks stays."),
    Why.RECORD_WITHOUT_WORDS: marked("The words of the markers go; the record of the marks stays."),
    Why.OWN_WORDS: marked(
        "What was written in their own words goes; what was chosen stays, for the questions’ statistics."
    ),
    Why.VERIFIABLE: marked(
        "Whoever holds the paper can still verify it: number, course and dates stay, of the name the initials."
    ),
    Why.CHAINED: marked(
        "Nothing can be taken out of the log without breaking its proof; it knows people by numbers alone."
    ),
    Why.PRIVATE: marked("It is nobody else’s business."),
    Why.ENTRANCE: marked("Nobody signs in with it any more."),
}


MOST_COLUMNS = 7
"""So many are read side by side on a page."""


@dataclass(frozen=True, slots=True)
class BundleTable:
    """A table of the readable page; ``name`` is that in the file for programs. Each row has a value a column."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_wide(self) -> bool:
        """Whether its rows are told one below the other, because side by side nobody could read them."""
        return len(self.columns) > MOST_COLUMNS


@dataclass(frozen=True, slots=True)
class BundlePage:
    """All that is held about a person, as a page that stands alone."""

    language: str
    made_at: str
    tables: tuple[BundleTable, ...]


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """What becomes of what a table holds."""

    title: str
    count: str
    fate: str
    why: str


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """What erasing a person would do; ``sign_in_name`` is typed to confirm. ``refusal``: why the last try failed."""

    shell: Shell
    full_name: str
    sign_in_name: str
    person_href: str
    rows: tuple[ErasureRow, ...]
    refusal: str | None


@dataclass(frozen=True, slots=True)
class MergePage:
    """The page to merge an account into this one: first which, then what it would do.

    ``plan`` is None until another account was named. ``other`` is what was typed.
    """

    shell: Shell
    full_name: str
    sign_in_name: str
    person_href: str
    other: str
    other_name: str
    lines: tuple[tuple[str, str], ...]
    courses: tuple[tuple[str, str], ...]
    roles: int
    has_plan: bool
    refusal: str | None


def erasure_page(person: Person, fates: Sequence[FateLine], *, refusal: str | None = None) -> ErasurePage:
    """What erasing would do."""
    rows = (
        ErasureRow(gettext(TITLES[each.name]), number(each.count), gettext(FATES[each.fate]), gettext(WHYS[each.why]))
        for each in fates
    )
    return ErasurePage(
        shell(), person.full_name, person.sign_in_name, f"/people/{person.public_id}", tuple(rows), refusal
    )


def merge_page(
    kept: Person,
    typed: str,
    gone: Person | None = None,
    plan: MergePlan | None = None,
    *,
    refusal: str | None = None,
) -> MergePage:
    """Which account, and what merging would do."""
    return MergePage(
        shell=shell(),
        full_name=kept.full_name,
        sign_in_name=kept.sign_in_name,
        person_href=f"/people/{kept.public_id}",
        other=typed,
        other_name=gone.full_name if gone is not None else "",
        lines=tuple((gettext(TITLES[line.name]), number(line.count)) for line in plan.lines) if plan else (),
        courses=plan.courses if plan else (),
        roles=plan.roles if plan else 0,
        has_plan=plan is not None,
        refusal=refusal,
    )
