"""What becomes of the rows of a file of people."""

from dataclasses import replace

import pytest

from elearn.accounts.importing.rules import (
    AgencyNotUnique,
    ColumnMissing,
    ColumnTwice,
    Fate,
    HasPasswords,
    KnownAgency,
    KnownPerson,
    NameIsAnothers,
    NoAgencyNamed,
    NoSignInName,
    NoSuchAgencyHere,
    NoSuchLanguage,
    NumberIsAnothers,
    Plan,
    PlannedRow,
    TwiceInTheFile,
    WrongCountry,
    alike_key,
    columns_of,
    plan,
    read_rows,
)
from elearn.accounts.importing.sheets import read_sheet
from elearn.accounts.rules import BadEmail, BadFullName, BadName

FIU = KnownAgency(1, "fiu", "Financial Intelligence Unit", "XA", "Arlandia")
CUSTOMS = KnownAgency(2, "customs-a", "Customs", "XA", "Arlandia")
OTHER_CUSTOMS = KnownAgency(3, "customs-b", "Customs", "XB", "Borland")
HEAD = "username,full_name,agency,idnumber,cohort1\n"
AIGUL = KnownPerson(7, "aigul", "Айгүл Серікқызы", "17", 1, True)


def planned(
    rows: str,
    *known: KnownPerson,
    head: str = HEAD,
    members: dict[str, frozenset[int]] | None = None,
) -> Plan:
    """What becomes of the rows of a CSV file."""
    read, ignored = read_rows(
        read_sheet((head + rows).encode()), (FIU, CUSTOMS, OTHER_CUSTOMS), ("en", "ru", "uz-Cyrl")
    )
    return plan(read, known, members or {}, ignored=ignored)


def only(found: Plan) -> PlannedRow:
    """The one row."""
    (row,) = found.rows
    return row


def test_the_columns_of_moodle_are_understood() -> None:
    head = "username,firstname,lastname,email,idnumber,department,institution,country,lang,cohort1,cohort2,city\n"
    found = planned("Ivan,Иван,Ёлкин,i@x.example,A-1,Unit 9,fiu,XA,uz_cyrl,One,Two,Town", head=head)
    entry = only(found).entry

    assert entry is not None and only(found).fate is Fate.NEW
    assert (entry.sign_in_name, entry.full_name, entry.email) == ("ivan", "Иван Ёлкин", "i@x.example")
    assert (entry.staff_number, entry.agency_id, entry.language) == ("A-1", 1, "uz-Cyrl")
    assert entry.cohorts == ("One", "Two")
    assert found.ignored == ("city",)


def test_the_narrower_of_two_agencies_counts_where_it_is_known() -> None:
    head = "username,full_name,department,institution\n"

    entry = only(planned("ivan,Иван,customs-a,fiu", head=head)).entry
    assert entry is not None and entry.agency_id == 2


def test_russian_names_of_columns_are_understood() -> None:
    entry = only(planned("ivan,Иван,Ёлкин,fiu", head="Логин,Имя,Фамилия,Ведомство\n")).entry
    assert entry is not None and entry.full_name == "Иван Ёлкин"


@pytest.mark.parametrize("name", ["password", "Password", "Пароль"])
def test_a_file_with_passwords_is_refused(name: str) -> None:
    with pytest.raises(HasPasswords):
        columns_of(["username", "full_name", "agency", name])


def test_a_missing_or_repeated_column_is_refused() -> None:
    for head in (
        ["full_name", "agency"],
        ["username", "agency"],
        ["username", "firstname", "agency"],
        ["username", "name"],
    ):
        with pytest.raises(ColumnMissing):
            columns_of(head)
    with pytest.raises(ColumnTwice):
        columns_of(["username", "user_name", "full_name", "agency", "Full Name"])


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (",Иван,fiu", NoSignInName),
        ("иван,Иван,fiu", BadName),
        ("ivan,,fiu", BadFullName),
        ("ivan,Иван,", NoAgencyNamed),
        ("ivan,Иван,police", NoSuchAgencyHere),
        ("ivan,Иван,Customs", AgencyNotUnique),
    ],
)
def test_what_is_wrong_with_a_row_is_told(row: str, kind: type[Exception]) -> None:
    found = only(planned(row, head="username,full_name,agency\n"))

    assert found.fate is Fate.WRONG
    assert [type(each) for each in found.refusals] == [kind]


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    found = only(planned(",,police,no address,xx", head="username,full_name,agency,email,lang\n"))
    assert {type(each) for each in found.refusals} == {
        NoSignInName,
        BadFullName,
        NoSuchAgencyHere,
        BadEmail,
        NoSuchLanguage,
    }


def test_the_country_decides_between_agencies_of_one_name_and_is_checked() -> None:
    head = "username,full_name,agency,country\n"
    entry = only(planned("ivan,Иван,Customs,Borland", head=head)).entry
    wrong = only(planned("ivan,Иван,fiu,XB", head=head))

    assert entry is not None and entry.agency_id == 3
    assert isinstance(wrong.refusals[0], WrongCountry)


def test_who_is_here_stays_and_joins_cohorts_they_are_not_in() -> None:
    row = "aigul,Серікқызы Айгүл,fiu,17,December"

    assert (only(planned(row, AIGUL)).fate, only(planned(row, AIGUL)).joins) == (Fate.HERE, ("December",))
    assert only(planned(row, AIGUL, members={"december": frozenset({7})})).joins == ()


def test_a_sign_in_name_of_somebody_else_is_refused() -> None:
    found = only(planned("aigul,Иван Ёлкин,fiu,18", AIGUL))
    assert isinstance(found.refusals[0], NameIsAnothers)


def test_somebody_out_of_reach_is_never_said_to_be_here() -> None:
    found = only(planned("aigul,Айгүл Серікқызы,fiu,17", replace(AIGUL, is_within=False, agency_id=9)))

    assert isinstance(found.refusals[0], NameIsAnothers)
    assert "Айгүл" not in str(found.refusals[0])


def test_a_staff_number_is_one_persons_in_an_agency_only() -> None:
    same = only(planned("ivan,Иван Ёлкин,fiu,17", AIGUL))
    other = only(planned("ivan,Иван Ёлкин,customs-a,17", AIGUL))

    assert isinstance(same.refusals[0], NumberIsAnothers)
    assert other.fate is Fate.NEW


@pytest.mark.parametrize("name", ["айгүл серікқызы", "Серікқызы  Айгүл", "Айгүл, Серікқызы"])
def test_nearly_the_name_of_somebody_of_the_agency_waits_for_a_decision(name: str) -> None:
    found = planned(f'aigul2,"{name}",fiu,', AIGUL)

    assert only(found).fate is Fate.ALIKE
    assert only(found).alike == "Айгүл Серікқызы (aigul)"
    assert found.taken(frozenset()) == ()
    assert [row.number for row in found.taken(frozenset({2}))] == [2]


def test_people_of_one_name_with_two_staff_numbers_are_two() -> None:
    assert only(planned("aigul2,Айгүл Серікқызы,fiu,18", AIGUL)).fate is Fate.NEW


def test_people_of_one_name_in_two_agencies_are_two() -> None:
    assert only(planned("aigul2,Айгүл Серікқызы,customs-a,", AIGUL)).fate is Fate.NEW


def test_a_row_that_says_an_earlier_one_again_is_told_which() -> None:
    found = planned("ivan,Иван,fiu,1\nIVAN,Пётр,fiu,2\nolga,Ольга,fiu,1\npeter,Иван,fiu,\n")

    assert [row.fate for row in found.rows] == [Fate.NEW, Fate.WRONG, Fate.WRONG, Fate.ALIKE]
    assert all(
        isinstance(row.refusals[0], TwiceInTheFile) and "row 2" in str(row.refusals[0]) for row in found.rows[1:3]
    )


def test_names_are_alike_whatever_their_apostrophes_and_yo() -> None:
    assert alike_key("Oʻtkir Ёлкин") == alike_key("ЕЛКИН O'tkir")
    assert alike_key("Иван Петров") != alike_key("Иван Петрова")


def test_a_code_counts_before_the_name_of_another_agency() -> None:
    agencies = (replace(CUSTOMS, code="customs"), OTHER_CUSTOMS)
    read, _ = read_rows(read_sheet(b"username,full_name,agency\nivan,Ivan,CUSTOMS"), agencies, ("en",))

    assert read[0][2] is not None and read[0][2].agency_id == 2
