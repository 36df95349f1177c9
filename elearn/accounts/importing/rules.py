"""What the columns and rows of a file of people mean, and what becomes of each row. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from elearn.accounts.importing.sheets import LONGEST_CELL, Line, Sheet
from elearn.accounts.rules import (
    checked_cohort_name,
    checked_email,
    checked_full_name,
    checked_latin_name,
    checked_name,
    checked_staff_number,
    folded_name,
    visible,
)
from elearn.core.refusals import Conflict, Invalid, Refusal

Checked = TypeVar("Checked")


class Column(StrEnum):
    """What a column of the file is about."""

    SIGN_IN_NAME = "username"
    FULL_NAME = "full_name"
    FIRST_NAME = "firstname"
    LAST_NAME = "lastname"
    LATIN_NAME = "latin_name"
    EMAIL = "email"
    STAFF_NUMBER = "idnumber"
    AGENCY = "agency"
    DEPARTMENT = "department"
    INSTITUTION = "institution"
    COUNTRY = "country"
    LANGUAGE = "lang"
    COHORT = "cohort"


NAMES: Mapping[str, Column] = {
    **{column.value: column for column in Column},
    "signinname": Column.SIGN_IN_NAME,
    "fullname": Column.FULL_NAME,
    "name": Column.FULL_NAME,
    "latinname": Column.LATIN_NAME,
    "staffnumber": Column.STAFF_NUMBER,
    "language": Column.LANGUAGE,
    "имявхода": Column.SIGN_IN_NAME,
    "логин": Column.SIGN_IN_NAME,
    "фио": Column.FULL_NAME,
    "имя": Column.FIRST_NAME,
    "фамилия": Column.LAST_NAME,
    "латиницей": Column.LATIN_NAME,
    "почта": Column.EMAIL,
    "табельныйномер": Column.STAFF_NUMBER,
    "ведомство": Column.AGENCY,
    "страна": Column.COUNTRY,
    "язык": Column.LANGUAGE,
    "группа": Column.COHORT,
}
"""What a column may be called: our words, Moodle's, and the Russian ones; capitals, spaces, - and _ do not count."""

SECRET = frozenset({"password", "passwort", "пароль"})


class HasPasswords(Invalid):
    """The file has a column of passwords."""

    message = "The file has a column of passwords. Passwords do not belong in files: take the column out."


class ColumnMissing(Invalid):
    """A column is missing without which nobody can be added."""

    message = (
        "The file has no column for %(what)s. Its first line names the columns: username, firstname, lastname, agency."
    )


class ColumnTwice(Invalid):
    """Two columns say the same."""

    message = "Two columns are about the same: %(name)s."


class NoSignInName(Invalid):
    """A row without a sign-in name."""

    message = "There is no sign-in name."


class NoAgencyNamed(Invalid):
    """A row without an agency."""

    message = "There is no agency."


class NoSuchAgencyHere(Invalid):
    """No agency within reach has this code or name."""

    message = "There is no agency with the code or name %(name)s within your reach."


class AgencyNotUnique(Invalid):
    """Several agencies within reach have this name."""

    message = "Several agencies are called %(name)s; write the code."


class WrongCountry(Invalid):
    """The agency is in another country than the row says."""

    message = "The agency %(agency)s is not in the country %(country)s."


class NoSuchLanguage(Invalid):
    """The site has no such language."""

    message = "The site has no language %(code)s."


class CellTooLong(Invalid):
    """A cell is longer than anything that belongs into one."""

    message = "A cell has more than 500 characters."


class NameIsAnothers(Conflict):
    """The sign-in name belongs to somebody who is not the person of the row."""

    message = "The sign-in name %(name)s belongs to somebody else."


class NumberIsAnothers(Conflict):
    """The staff number belongs to somebody else of the agency."""

    message = "In this agency the staff number %(number)s is that of %(name)s."


class TwiceInTheFile(Conflict):
    """The row says the same as an earlier one."""

    message = "The same sign-in name or staff number stands in row %(row)s."


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    HERE = "here"
    ALIKE = "alike"  # somebody of that agency has nearly this name: added only if the row is ticked
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it was read: the person it describes. ``agency_id`` is that of an agency within reach."""

    number: int
    sign_in_name: str
    full_name: str
    latin_name: str | None
    email: str | None
    staff_number: str | None
    language: str | None
    agency_id: int
    agency_name: str
    cohorts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownAgency:
    """An agency within reach, as rows may name it."""

    id: int
    code: str
    name: str
    country_code: str
    country_name: str


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who has an account. ``is_within``: the administrator reaches them; their name is told only then."""

    id: int
    sign_in_name: str
    full_name: str
    staff_number: str | None
    agency_id: int
    is_within: bool


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row and what becomes of it. ``shown`` is the name to show; ``alike`` who may be the same person.

    ``person_id`` is set for who is here; ``joins`` are the cohorts they are not in yet.
    """

    number: int
    fate: Fate
    shown: str
    entry: Entry | None = None
    refusals: tuple[Refusal, ...] = ()
    alike: str | None = None
    person_id: int | None = None
    joins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of every row; ``ignored`` are the columns that nothing is taken from."""

    rows: tuple[PlannedRow, ...]
    ignored: tuple[str, ...] = ()

    def count(self, fate: Fate) -> int:
        """How many rows have this fate."""
        return sum(row.fate is fate for row in self.rows)

    def taken(self, also: frozenset[int]) -> tuple[PlannedRow, ...]:
        """The rows that are to be added: the new ones, and of those alike to somebody the ones named in ``also``."""
        return tuple(
            row for row in self.rows if row.fate is Fate.NEW or (row.fate is Fate.ALIKE and row.number in also)
        )

    @property
    def joining_count(self) -> int:
        """How many people who are here would join a cohort."""
        return sum(bool(row.joins) for row in self.rows if row.fate is Fate.HERE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand."""

    places: Mapping[Column, int]
    cohorts: tuple[int, ...]
    ignored: tuple[str, ...]

    def cell(self, line: Line, column: Column) -> str:
        """What a row says in a column; empty if there is no such column."""
        place = self.places.get(column)
        return line.cells[place] if place is not None and place < len(line.cells) else ""


def columns_of(head: Sequence[str]) -> Columns:
    """Which column is which. Raises HasPasswords, ColumnTwice, ColumnMissing."""
    places: dict[Column, int] = {}
    cohorts: list[int] = []
    ignored: list[str] = []
    for place, name in enumerate(head):
        word = re.sub(r"[\s_-]", "", name.casefold())
        if word in SECRET:
            raise HasPasswords
        column = NAMES.get(name.strip().casefold()) or NAMES.get(word) or _numbered(word)
        if column is None:
            ignored.extend([visible(name[:60])] if name else [])
        elif column is Column.COHORT:
            cohorts.append(place)
        elif column in places:
            raise ColumnTwice(name=visible(name[:60]))
        else:
            places[column] = place
    if Column.SIGN_IN_NAME not in places:
        raise ColumnMissing(what="username")
    if Column.FULL_NAME not in places and not {Column.FIRST_NAME, Column.LAST_NAME} <= set(places):
        raise ColumnMissing(what="firstname, lastname")
    if not {Column.AGENCY, Column.DEPARTMENT, Column.INSTITUTION} & set(places):
        raise ColumnMissing(what="agency")
    return Columns(places, tuple(cohorts), tuple(ignored))


def _numbered(word: str) -> Column | None:
    """Moodle numbers its cohorts: cohort1, cohort2."""
    return Column.COHORT if re.fullmatch(r"cohort[1-9]?", word) else None


def alike_key(full_name: str) -> str:
    """What similar names have in common: their words in any order, in small letters, without marks between them."""
    return " ".join(sorted(re.findall(r"\w+", re.sub("['’‘ʻʼ`´ʹ]", "", full_name.casefold()).replace("ё", "е"))))


@dataclass(slots=True)
class Reader:
    """Reads rows into entries; what is wrong with a row is all told at once."""

    columns: Columns
    agencies: Sequence[KnownAgency]
    languages: Sequence[str]
    _by_name: dict[str, list[KnownAgency]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes = {agency.code.casefold() for agency in self.agencies}
        for agency in self.agencies:
            self._by_name.setdefault(agency.code.casefold(), []).append(agency)
            if (name := agency.name.casefold()) not in codes:  # a code says more than a name
                self._by_name.setdefault(name, []).append(agency)

    def read(self, line: Line) -> tuple[Entry | None, tuple[Refusal, ...]]:
        """The entry of a row, or all that is wrong with it."""
        wrong: list[Refusal] = []

        def tried(rule: Callable[[str], Checked], text: str) -> Checked | None:
            try:
                return rule(text)
            except Refusal as refusal:
                wrong.append(refusal)
                return None

        if any(len(cell) > LONGEST_CELL for cell in line.cells):
            return None, (CellTooLong(),)
        cell = self.columns.cell
        name = tried(self._sign_in_name, cell(line, Column.SIGN_IN_NAME))
        full_name = tried(checked_full_name, self.full_name(line))
        latin_name = tried(checked_latin_name, cell(line, Column.LATIN_NAME))
        email = tried(checked_email, cell(line, Column.EMAIL))
        number = tried(checked_staff_number, cell(line, Column.STAFF_NUMBER))
        language = tried(self._language, cell(line, Column.LANGUAGE))
        agency = tried(lambda _: self._agency(line), "")
        places = [place for place in self.columns.cohorts if place < len(line.cells) and line.cells[place]]
        cohorts = [tried(checked_cohort_name, line.cells[place]) for place in places]
        if wrong or name is None or full_name is None or agency is None:
            return None, tuple(wrong)
        joined = tuple(dict.fromkeys(cohort for cohort in cohorts if cohort))
        return (
            Entry(line.number, name, full_name, latin_name, email, number, language, agency.id, agency.name, joined),
            (),
        )

    def full_name(self, line: Line) -> str:
        """The name of a row, from one column or from two: the surname stands last, as Moodle shows names."""
        whole = self.columns.cell(line, Column.FULL_NAME)
        parts = (self.columns.cell(line, Column.FIRST_NAME), self.columns.cell(line, Column.LAST_NAME))
        return whole or " ".join(part for part in parts if part)

    def _sign_in_name(self, text: str) -> str:
        if not text:
            raise NoSignInName
        return checked_name(text)

    def _language(self, text: str) -> str | None:
        """A language as Moodle writes it (ru, uz_cyrl) or as we do. Raises NoSuchLanguage."""
        if not text:
            return None
        wanted = text.replace("_", "-").casefold()
        for code in self.languages:
            if code.casefold() == wanted:
                return code
        raise NoSuchLanguage(code=visible(text[:20]))

    def _agency(self, line: Line) -> KnownAgency:
        """The agency of a row. Moodle has a department within an institution: the narrower one that is known counts."""
        named = [self.columns.cell(line, each) for each in (Column.AGENCY, Column.DEPARTMENT, Column.INSTITUTION)]
        said = [text for text in named if text]
        if not said:
            raise NoAgencyNamed
        found = next((self._by_name[text.casefold()] for text in said if text.casefold() in self._by_name), None)
        if found is None:
            raise NoSuchAgencyHere(name=visible(said[0][:60]))
        country = self.columns.cell(line, Column.COUNTRY).casefold()
        there = [each for each in found if country in ("", each.country_code.casefold(), each.country_name.casefold())]
        if not there:
            raise WrongCountry(agency=found[0].name, country=visible(country[:60]))
        if len(there) > 1:
            raise AgencyNotUnique(name=visible(said[0][:60]))
        return there[0]


def plan(
    read: Sequence[tuple[Line, str, Entry | None, tuple[Refusal, ...]]],
    known: Sequence[KnownPerson],
    members: Mapping[str, frozenset[int]],
    *,
    ignored: tuple[str, ...] = (),
) -> Plan:
    """What becomes of each row.

    ``read`` has each row with the name to show, its entry or what is wrong; ``known`` everybody who has one of the
    sign-in names or belongs to one of the agencies; ``members`` who is in the cohorts that exist.
    """
    by_name = {person.sign_in_name: person for person in known}
    by_number = {(person.agency_id, person.staff_number): person for person in known if person.staff_number}
    by_likeness = {(person.agency_id, alike_key(person.full_name)): person for person in known}
    seen: dict[object, int] = {}
    rows: list[PlannedRow] = []
    for line, shown, entry, refusals in read:
        if entry is None:
            rows.append(PlannedRow(line.number, Fate.WRONG, shown, None, refusals))
            continue
        keys: list[object] = [entry.sign_in_name]
        if entry.staff_number:
            keys.append((entry.agency_id, entry.staff_number))
        earlier = next((seen[key] for key in keys if key in seen), None)
        for key in keys:
            seen.setdefault(key, line.number)
        row = (
            PlannedRow(line.number, Fate.WRONG, shown, entry, (TwiceInTheFile(row=earlier),))
            if earlier is not None
            else _fate(entry, by_name, by_number, by_likeness, members)
        )
        rows.append(row)
        if row.fate is Fate.NEW:  # two rows of one file may be one person, too
            likeness = (entry.agency_id, alike_key(entry.full_name))
            stand_in = KnownPerson(0, entry.sign_in_name, entry.full_name, entry.staff_number, entry.agency_id, True)
            by_likeness.setdefault(likeness, stand_in)
    return Plan(tuple(rows), ignored)


def _fate(
    entry: Entry,
    by_name: Mapping[str, KnownPerson],
    by_number: Mapping[tuple[int, str], KnownPerson],
    by_likeness: Mapping[tuple[int, str], KnownPerson],
    members: Mapping[str, frozenset[int]],
) -> PlannedRow:
    number, shown = entry.number, entry.full_name
    holder = by_name.get(entry.sign_in_name)
    if holder is not None:
        same_number = entry.staff_number is not None and holder.staff_number == entry.staff_number
        is_same = holder.is_within and (
            alike_key(holder.full_name) == alike_key(entry.full_name)
            or (holder.agency_id == entry.agency_id and same_number)
        )
        if not is_same:
            return PlannedRow(number, Fate.WRONG, shown, entry, (NameIsAnothers(name=entry.sign_in_name),))
        joins = tuple(name for name in entry.cohorts if holder.id not in members.get(name.casefold(), frozenset()))
        return PlannedRow(number, Fate.HERE, shown, entry, person_id=holder.id, joins=joins)
    other = by_number.get((entry.agency_id, entry.staff_number)) if entry.staff_number else None
    if other is not None:
        told = NumberIsAnothers(number=entry.staff_number, name=other.full_name)
        return PlannedRow(number, Fate.WRONG, shown, entry, (told,))
    alike = by_likeness.get((entry.agency_id, alike_key(entry.full_name)))
    if alike is not None and not (alike.staff_number and entry.staff_number):  # two numbers are two people
        return PlannedRow(number, Fate.ALIKE, shown, entry, alike=f"{alike.full_name} ({alike.sign_in_name})")
    return PlannedRow(number, Fate.NEW, shown, entry)


def read_rows(
    sheet: Sheet, agencies: Sequence[KnownAgency], languages: Sequence[str]
) -> tuple[list[tuple[Line, str, Entry | None, tuple[Refusal, ...]]], tuple[str, ...]]:
    """Every row with the name to show and its entry, and the columns that are ignored.

    Raises HasPasswords, ColumnTwice, ColumnMissing.
    """
    columns = columns_of(sheet.head)
    reader = Reader(columns, agencies, languages)
    rows = []
    for line in sheet.lines:
        entry, wrong = reader.read(line)
        shown = reader.full_name(line) or folded_name(columns.cell(line, Column.SIGN_IN_NAME))
        rows.append((line, visible(shown[:100]), entry, wrong))
    return rows, columns.ignored
