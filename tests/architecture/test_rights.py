"""No table about people is forgotten: not in the file they are handed, not by erasing, not by merging."""

import re

from elearn.accounts.models import Person
from elearn.rights.holdings import AUTHORS, CHAINS, HOLDINGS, LOOSE
from elearn.rights.merging import ENDED, JOINED, KEPT, MOVED
from elearn.rights.pages import WHYS
from elearn.rights.rules import Fate, Why
from elearn.rights.titles import COLUMNS, TITLES
from migrations.models import metadata

SECRET = {"password_hash", "token_hash", "code_hash", "account_mark", "seed", "last_step", "credential_id"}
SECRET |= {"public_key", "count", "paper", "points", "out_of", "levels", "changes", "reason", "body", "sha256"}
SECRET |= {"id", "thing_id", "actor_id"}
OF_PEOPLE = re.compile(r"person|actor|holder|thing|user|account|sign_in|name_hash|_by(_id)?$")
"""What columns are called that tell of people, with or without a foreign key."""
NOBODY = {
    "audit_event.actor_roles": "the roles, not whose",
    "audit_event.thing_kind": "which kind, not who",
    "certificate.replaced_by_id": "another certificate",
}


def text_of(column: object) -> str:
    """A column as table.column."""
    return f"{column.table.name}.{column.name}"  # type: ignore[attr-defined]


AUTHORED = {text_of(column) for column in (*AUTHORS, *CHAINS)}


def references(table: str) -> set[str]:
    """Every column of another table that refers to a table, as table.column."""
    return {
        text_of(key.parent)
        for each in metadata.tables.values()
        for key in each.foreign_keys
        if key.column.table.name == table and each.name != table
    }


def tables(columns: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in columns}


def test_every_column_that_leads_to_a_person_is_handed_out_and_erased_or_listed_with_a_reason() -> None:
    held = {holding.name for holding in HOLDINGS}
    known = {text_of(holding.key) for holding in HOLDINGS} | AUTHORED
    for table in held:
        for reference in references(table):
            assert reference in known or reference.partition(".")[0] in held, f"nobody looks after {reference}"


def test_every_column_that_is_called_after_a_person_is_one_of_a_table_that_is_looked_after() -> None:
    looked_after = {holding.name for holding in HOLDINGS} - {"audit_event"}
    known = {text_of(column) for column in LOOSE} | {text_of(each.key) for each in HOLDINGS} | AUTHORED | NOBODY.keys()
    for table in metadata.tables.values():
        for column in table.columns:
            if table.name not in looked_after and OF_PEOPLE.search(column.name):
                assert text_of(column) in known, f"nobody looks after {text_of(column)}"


def test_a_merge_moves_or_ends_all_that_refers_to_a_person_or_an_enrolment() -> None:
    moved, ended = {model.__tablename__ for model in MOVED}, {model.__tablename__ for model in ENDED}
    assert not moved & ended
    assert tables(references("person") - AUTHORED) == (moved | ended | set(KEPT)) - {"audit_event"}
    assert tables(references("enrolment")) == {model.__tablename__ for model in JOINED}


def test_nothing_secret_is_handed_out_and_everything_has_its_reason() -> None:
    for holding in HOLDINGS:
        assert not SECRET & {*holding.told, *holding.more}, holding.name
        assert holding.why
        assert holding.fate in Fate


def test_what_lets_somebody_in_is_erased() -> None:
    goes = {holding.name for holding in HOLDINGS if holding.fate is Fate.GOES}
    assert {model.__tablename__ for model in ENDED} | {"user_session", "cohort_member", "note", "notice"} <= goes
    assert Person.__tablename__ not in goes


def test_everything_held_has_a_name_and_every_fate_a_reason_in_words() -> None:
    assert set(TITLES) == {holding.name for holding in HOLDINGS}
    assert set(WHYS) == set(Why) == {holding.why for holding in HOLDINGS}


def test_every_column_that_is_handed_out_has_a_title_and_no_title_is_left_over() -> None:
    told = {(holding.name, name) for holding in HOLDINGS for name in (*holding.told, *holding.more)}
    used = {exact if (exact := f"{table}.{name}") in COLUMNS else name for table, name in told}
    assert used == COLUMNS.keys()
