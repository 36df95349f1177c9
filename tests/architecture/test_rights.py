"""No table about people is forgotten: not in the file they are handed, not by erasing, not by merging."""

from elearn.rights.holdings import AUTHORS, CHAINS, HOLDINGS
from elearn.rights.merging import JOINED, MOVED
from elearn.rights.rules import Fate
from migrations.models import metadata

SECRET = {
    "password_hash",
    "token_hash",
    "seed",
    "paper",
    "points",
    "out_of",
    "levels",
    "changes",
    "body",
    "sha256",
    "id",
}
ENDED = {"role_grant", "user_session"}  # roles and sessions of an account that is merged end


def references(table: str) -> set[str]:
    """Every column that refers to a table, as table.column."""
    return {
        f"{key.parent.table.name}.{key.parent.name}"
        for each in metadata.tables.values()
        for key in each.foreign_keys
        if key.column.table.name == table
    }


def test_every_column_that_refers_to_a_person_is_known() -> None:
    known = {f"{one.table.name}.{one.key.name}" for one in HOLDINGS}
    known |= {f"{column.table.name}.{column.name}" for column in (*AUTHORS, *CHAINS)} | {"certificate.person_id"}
    for table in ("person", "enrolment", "attempt", "hand_marking"):
        assert references(table) - {"certificate.enrolment_id"} <= known


def test_a_merge_moves_all_that_refers_to_a_person_or_an_enrolment() -> None:
    authors = {f"{column.table.name}.{column.name}" for column in (*AUTHORS, *CHAINS)}
    persons = {name.partition(".")[0] for name in references("person") - authors}
    assert persons - ENDED == {model.__tablename__ for model in MOVED}
    assert {name.partition(".")[0] for name in references("enrolment")} == {model.__tablename__ for model in JOINED}


def test_nothing_secret_is_handed_out_and_everything_has_its_reason() -> None:
    for holding in HOLDINGS:
        assert not SECRET & {*holding.told, *holding.more}, holding.name
        assert holding.why
        assert holding.fate in Fate
