"""The audit log on both databases: chained whoever writes, undone with its cause, and never changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from elearn.audit.queries import AT_ONCE, EventFilter, all_events, events_before, newest, verified
from elearn.audit.rules import (
    Act,
    Actor,
    Anchor,
    AnchorBroken,
    Bystander,
    ChainBroken,
    Kind,
    Thing,
    hash_of,
    person,
)
from elearn.audit.services import record, roles_of
from elearn.db.engine import Database
from tests.factories import NOON, an_agency
from tests.together import together

WRITERS = 16
SITE = Thing(Kind.SITE, "site")


def put_down(session: Session, count: int = 1, *, thing: Thing = SITE) -> None:
    """Record so many events and commit each."""
    for number in range(count):
        record(session, Act.SITE_STARTED, thing, actor=Bystander.SITE, now=NOON, round=number)
        session.commit()


def acts(session: Session) -> list[str]:
    return [link.act for link in all_events(session)]


def test_events_are_numbered_without_a_gap_and_chained(db: Session) -> None:
    assert newest(db) is None and verified(db) == 0
    put_down(db, 3)
    assert [link.number for link in all_events(db)] == [1, 2, 3]
    assert verified(db) == 3
    told = next(iter(all_events(db)))
    assert (told.at, told.actor_id, told.actor_roles, told.details) == (NOON, None, "site", {"round": 0})


def test_several_events_of_one_transaction_stand_in_their_order(db: Session) -> None:
    for act in (Act.PERSON_ADDED, Act.ROLE_GIVEN, Act.PASSWORD_SET):
        record(db, act, person("x"), actor=7, now=NOON)
    assert acts(db) == [], "they are written at the end"
    db.commit()
    assert acts(db) == ["person-added", "role-given", "password-set"]
    assert verified(db) == 3


def test_what_is_undone_is_not_in_the_log(db: Session) -> None:
    record(db, Act.PERSON_ADDED, person("x"), actor=7, now=NOON)
    db.rollback()
    put_down(db)
    assert acts(db) == ["site-started"]


def test_what_is_left_without_a_commit_is_not_in_the_log(db: Session) -> None:
    record(db, Act.PERSON_ADDED, person("x"), actor=7, now=NOON)
    db.close()
    put_down(db)
    assert acts(db) == ["site-started"]


def test_a_savepoint_undone_takes_its_events_along_and_no_others(db: Session) -> None:
    record(db, Act.PERSON_ADDED, person("kept"), actor=7, now=NOON)
    outer = db.begin_nested()
    record(db, Act.PERSON_ADDED, person("outer"), actor=7, now=NOON)
    with db.begin_nested():
        record(db, Act.PERSON_ADDED, person("inner"), actor=7, now=NOON)
    outer.rollback()
    with db.begin_nested():
        record(db, Act.PERSON_ADDED, person("released"), actor=7, now=NOON)
    assert acts(db) == []
    db.commit()
    assert [link.thing_id for link in all_events(db)] == ["kept", "released"]


def test_the_roles_of_an_actor_are_those_of_that_time(db: Session, unwired: None) -> None:
    words = ["officer"]
    roles_of.append(lambda session, person_id: words[0])
    record(db, Act.SIGNED_OUT, person("x"), actor=7, now=NOON)
    words[0] = "administrator:all"
    db.commit()
    assert [(link.actor_id, link.actor_roles) for link in all_events(db)] == [(7, "officer")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET act = 'x'",
        "UPDATE audit_event SET act = 'x' WHERE number = 2",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE number = 3",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_event(db: Session, statement: str) -> None:
    put_down(db, 3)
    with pytest.raises(DBAPIError, match="append-only"):
        db.execute(text(statement))
    db.rollback()
    assert verified(db) == 3


def test_the_database_refuses_to_empty_or_replace(db: Session) -> None:
    put_down(db, 2)
    columns = "number, at, actor_id, actor_roles, act, thing_kind, thing_id, details, previous_hash, hash"
    over = f"INSERT OR REPLACE INTO audit_event SELECT {columns} FROM audit_event WHERE number = 1"
    is_sqlite = db.get_bind().dialect.name == "sqlite"
    with pytest.raises(DBAPIError, match="append-only"):
        db.execute(text(over if is_sqlite else "TRUNCATE audit_event"))


Tamper = Callable[[Session], None]


def unguarded(session: Session, *statements: str) -> None:
    """Do what only somebody can do who owns the database: take the triggers away first."""
    if session.get_bind().dialect.name == "sqlite":
        for trigger in ("update", "delete", "replace"):
            session.execute(text(f"DROP TRIGGER audit_event_no_{trigger}"))
    else:
        session.execute(text("DROP TRIGGER audit_event_no_change ON audit_event"))
    for statement in statements:
        session.execute(text(statement))
    session.commit()


@pytest.mark.parametrize(
    ("statement", "number", "words"),
    [
        ("UPDATE audit_event SET act = 'signed-out' WHERE number = 4", 4, "was changed"),
        ("UPDATE audit_event SET actor_id = 5 WHERE number = 1", 1, "was changed"),
        ("UPDATE audit_event SET details = '{}' WHERE number = 6", 6, "was changed"),
        ("UPDATE audit_event SET thing_id = 'x' WHERE number = 2", 2, "was changed"),
        ("DELETE FROM audit_event WHERE number = 3", 3, "is missing"),
        ("DELETE FROM audit_event WHERE number = 1", 1, "is missing"),
        ("UPDATE audit_event SET number = 9 WHERE number = 5", 5, "is missing"),
    ],
)
def test_tampering_is_found_and_its_place_named(db: Session, statement: str, number: int, words: str) -> None:
    put_down(db, 6)
    unguarded(db, statement)
    with pytest.raises(ChainBroken, match=f"event {number} {words}"):
        verified(db)


def test_a_log_cut_at_its_end_is_whole_in_itself_but_an_anchor_finds_it(db: Session) -> None:
    put_down(db, 5)
    anchor = newest(db)
    assert anchor is not None and verified(db, [anchor]) == 5
    put_down(db, 2)
    assert verified(db, [anchor]) == 7
    unguarded(db, "DELETE FROM audit_event WHERE number > 3")
    assert verified(db) == 3
    with pytest.raises(AnchorBroken, match="event 5"):
        verified(db, [anchor])


def test_a_log_written_anew_from_some_event_on_is_found_by_an_anchor(db: Session) -> None:
    put_down(db, 3)
    anchor = newest(db)
    assert anchor is not None
    unguarded(db, "DELETE FROM audit_event WHERE number > 1")
    put_down(db, 2, thing=Thing(Kind.COURSE, "another"))
    assert verified(db) == 3
    with pytest.raises(AnchorBroken, match="event 3"):
        verified(db, [anchor])
    with pytest.raises(AnchorBroken, match="event 1"):
        verified(db, [Anchor(1, "0" * 64)])


def test_anchors_that_contradict_each_other_are_never_both_right(db: Session) -> None:
    put_down(db)
    anchor = newest(db)
    assert anchor is not None
    for pair in ([anchor, Anchor(1, "0" * 64)], [Anchor(1, "0" * 64), anchor]):
        with pytest.raises(AnchorBroken):
            verified(db, pair)


def test_sixteen_who_write_at_once_make_one_whole_chain(database: Database) -> None:
    rounds = 6

    def write(writer: int) -> None:
        for each in range(rounds):
            with database.writing() as session:
                # Something that others wait for comes first, as in every use case: nobody waits in a circle.
                an_agency(session, f"agency-{writer}-{each}", country="XA")
                record(session, Act.ROLE_GIVEN, person(f"p{writer}"), actor=writer, now=NOON, round=each)
                session.commit()

    with database.writing() as session:
        an_agency(session)
        session.commit()
    together(WRITERS, write)
    with database.reading() as session:
        assert verified(session) == WRITERS * rounds
        told = sorted((link.actor_id, link.details["round"]) for link in all_events(session))
    assert told == [(writer, each) for writer in range(WRITERS) for each in range(rounds)]


def test_a_long_log_is_read_in_pieces(db: Session) -> None:
    for number in range(AT_ONCE + 1):
        record(db, Act.SITE_STARTED, SITE, actor=Bystander.SITE, now=NOON, round=number)
    db.commit()
    assert verified(db) == AT_ONCE + 1


def test_events_are_found_by_who_what_whom_and_when(db: Session) -> None:
    told: list[tuple[Act, Thing, Actor]] = [
        (Act.SIGN_IN_REFUSED, person("a"), Bystander.NOBODY),
        (Act.SIGNED_IN, person("a"), 1),
        (Act.ROLE_GIVEN, person("b"), 1),
        (Act.COURSE_PUBLISHED, Thing(Kind.COURSE, "a"), 2),
    ]
    for number, (act, thing, actor) in enumerate(told):
        record(db, act, thing, actor=actor, now=NOON + timedelta(days=number))
    db.commit()

    def found(before: int | None = None, **wanted: object) -> list[int]:
        asked = EventFilter(**wanted)  # type: ignore[arg-type]
        newest_first = [link.number for link in events_before(db, asked, before=before, limit=3)]
        assert before or len(newest_first) == 3 or newest_first == [link.number for link in all_events(db, asked)][::-1]
        return newest_first

    assert found() == [4, 3, 2]
    assert found(before=2) == [1]
    assert found(actor=1) == [3, 2]
    assert found(actor=Bystander.NOBODY) == [1]
    assert found(act=Act.COURSE_PUBLISHED) == [4]
    assert found(things=["a"]) == [4, 2, 1]
    assert found(things=["nothing"], people=["a"]) == [2, 1]
    assert found(since=NOON + timedelta(days=2)) == [4, 3]
    assert found(until=NOON + timedelta(days=2)) == [2, 1]


def test_the_hash_in_the_table_is_that_of_what_comes_back_from_it(db: Session) -> None:
    details = {"text": 'Айгүл ʻ \\ " \n', "none": None, "list": ["b", "a"], "number": 2**40, "yes": True}
    thing, now = Thing(Kind.FILE, "Ж" * 400), NOON.replace(microsecond=123)
    record(db, Act.EXPORTED, thing, actor=3, now=now, **details)  # type: ignore[arg-type]
    db.commit()
    link = next(iter(all_events(db)))
    assert hash_of(link.as_told()) == link.hash
    assert link.details["list"] == ["b", "a"] and len(link.thing_id) == 160
