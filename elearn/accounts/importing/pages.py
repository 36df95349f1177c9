"""What the pages of importing people are given."""

from dataclasses import dataclass

from elearn.accounts.importing.forms import ImportForm
from elearn.accounts.importing.rules import Fate, Plan, PlannedRow
from elearn.accounts.importing.sheets import MOST_ROWS
from elearn.core.packing import packed
from elearn.web.errors import refusal_text
from elearn.web.i18n import gettext, marked, ngettext, number
from elearn.web.shell import Shell, shell

MOST_SHOWN = 500  # rows of each kind on a page
TAGS = {Fate.NEW: "under-way", Fate.HERE: "done", Fate.ALIKE: "warn", Fate.WRONG: "stop"}
FATES = {
    Fate.NEW: marked("Will be added"),
    Fate.HERE: marked("Is here already"),
    Fate.ALIKE: marked("Perhaps here already"),
    Fate.WRONG: marked("Cannot be added"),
}


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The form that takes a file. ``done`` says what the last import did."""

    shell: Shell
    form: ImportForm
    limit: str
    refusal: str | None
    done: str | None


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row in words. ``may_tick``: it is added only if it is ticked."""

    number: int
    name: str
    sign_in_name: str
    agency: str
    tag: str
    fate: str
    notes: tuple[str, ...]
    may_tick: bool


@dataclass(frozen=True, slots=True)
class LookPage:
    """What a file would do. ``packed`` is the file itself; the button is there only if something would change."""

    shell: Shell
    lead: str
    rows: tuple[RowLine, ...]
    more: str | None
    ignored: str | None
    packed: str
    has_something: bool


def import_page(
    form: ImportForm, *, limit_bytes: int, refusal: str | None = None, done: str | None = None
) -> ImportPage:
    """The form that takes a file of at most ``limit_bytes``."""
    limit = gettext(
        "At most %(rows)s people and %(size)s MB.", rows=number(MOST_ROWS), size=number(limit_bytes // 1_000_000)
    )
    return ImportPage(shell(), form, limit, refusal, done)


def look_page(plan: Plan, data: bytes) -> LookPage:
    """What becomes of each row of a file: first what wants a decision or cannot be, then the rest, as in the file."""
    urgent = {Fate.WRONG: 0, Fate.ALIKE: 1, Fate.NEW: 2, Fate.HERE: 3}
    rows = sorted(plan.rows, key=lambda row: (urgent[row.fate], row.number))
    left = len(rows) - MOST_SHOWN
    return LookPage(
        shell=shell(),
        lead=summary(plan),
        rows=tuple(_line(row) for row in rows[:MOST_SHOWN]),
        more=ngettext("One more row is not listed.", "%(count)s more rows are not listed.", left) if left > 0 else None,
        ignored=gettext("Columns that nothing is taken from: %(names)s.", names=", ".join(plan.ignored))
        if plan.ignored
        else None,
        packed=packed(data),
        has_something=bool(plan.count(Fate.NEW) or plan.count(Fate.ALIKE) or plan.joining_count),
    )


def summary(plan: Plan) -> str:
    """What the file would do, in a few sentences."""
    new, here, alike, wrong = (plan.count(fate) for fate in (Fate.NEW, Fate.HERE, Fate.ALIKE, Fate.WRONG))
    if not (new or alike or wrong or plan.joining_count):
        return gettext("Everybody in this file is here already: there is nothing to do.")
    said = [ngettext("One person would be added.", "%(count)s people would be added.", new)]
    if here:
        said.append(ngettext("One is here already.", "%(count)s are here already.", here))
    if plan.joining_count:
        said.append(
            ngettext(
                "One who is here would join a cohort.",
                "%(count)s who are here would join a cohort.",
                plan.joining_count,
            )
        )
    if alike:
        said.append(
            ngettext("One has nearly the name of somebody.", "%(count)s have nearly the name of somebody.", alike)
        )
    if wrong:
        said.append(ngettext("One row cannot be added.", "%(count)s rows cannot be added.", wrong))
    return " ".join(said)


def done_words(added: int, joined: int) -> str:
    """What an import did."""
    if not added and not joined:
        return gettext("Nothing was changed: everybody was here already.")
    said = [ngettext("One person was added.", "%(count)s people were added.", added)]
    if joined:
        said.append(ngettext("A cohort got one person.", "Cohorts got %(count)s people.", joined))
    return " ".join(said)


def _line(row: PlannedRow) -> RowLine:
    notes = [refusal_text(refusal) for refusal in row.refusals]
    if row.alike is not None:
        notes.append(gettext("Nearly the name of %(name)s.", name=row.alike))
    if row.joins:
        notes.append(gettext("Joins: %(cohorts)s.", cohorts=", ".join(row.joins)))
    return RowLine(
        number=row.number,
        name=row.shown or "–",
        sign_in_name=row.entry.sign_in_name if row.entry else "–",
        agency=row.entry.agency_name if row.entry else "–",
        tag=TAGS[row.fate],
        fate=gettext(FATES[row.fate]),
        notes=tuple(notes),
        may_tick=row.fate is Fate.ALIKE,
    )
