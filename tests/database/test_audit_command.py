"""``elearn audit``: what verify, anchor and export say, on both databases."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from elearn.audit.queries import all_events
from elearn.audit.rules import Act, Bystander, canonical, person
from elearn.audit.services import record
from elearn.db.engine import Database
from tests.database.conftest import Ran
from tests.database.test_audit import unguarded
from tests.factories import NOON

Run = Callable[..., Ran]


@pytest.fixture
def run(elearn: Run) -> Run:
    """Runs ``elearn audit`` with these words."""
    return partial(elearn, "audit")


@pytest.fixture
def logged(database: Database) -> Database:
    """A database with an event on each of three days."""
    with database.writing() as session:
        for days in range(3):
            record(session, Act.SIGNED_OUT, person("x"), actor=Bystander.NOBODY, now=NOON - timedelta(days=3 - days))
        session.commit()
    return database


def test_an_empty_log_is_whole_and_has_no_anchor(run: Run) -> None:
    assert run("verify").out == "The audit log is whole: 0 events.\n"
    refused = run("anchor")
    assert refused.code != 0 and "the audit log is empty yet" in refused.err.lower()


def test_a_whole_log_says_how_many_events_it_has(run: Run, logged: Database) -> None:
    assert run("verify") == Ran(0, "The audit log is whole: 3 events.\n", "")


def test_a_broken_log_is_named_by_its_first_broken_event(run: Run, logged: Database) -> None:
    with logged.writing() as session:
        unguarded(session, "UPDATE audit_event SET act = 'signed-in' WHERE number = 2")
    refused = run("verify")
    assert refused.code != 0 and refused.out == ""
    assert "event 2 was changed" in refused.err and "backup" in refused.err


def test_an_anchor_kept_elsewhere_finds_a_log_that_was_cut(run: Run, logged: Database, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors"
    anchors.write_text(run("anchor").out)
    assert run("verify", "--anchors", str(anchors)).out == "The audit log is whole: 3 events; anchors found: 1.\n"
    with logged.writing() as session:
        unguarded(session, "DELETE FROM audit_event WHERE number = 3")
    assert run("verify").code == 0, "it is whole in itself"
    refused = run("verify", "--anchors", str(anchors))
    assert refused.code != 0 and "the anchor of event 3" in refused.err


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), (b"\xff\xfe", "cannot be read"), (b"1 abc\n", "Line 1 of the file of anchors")],
)
def test_a_file_that_holds_no_anchors_is_refused(run: Run, tmp_path: Path, content: bytes | None, words: str) -> None:
    anchors = tmp_path / "anchors"
    if content is not None:
        anchors.write_bytes(content)
    refused = run("verify", "--anchors", str(anchors))
    assert refused.code != 0 and words in refused.err


def test_the_lines_of_the_file_can_be_checked_without_us_and_taking_them_is_an_event(
    run: Run, logged: Database
) -> None:
    lines = [json.loads(line) for line in run("export", "--jsonl").out.splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3, 4]
    previous = "0" * 64
    for line in lines:
        told = {name: value for name, value in line.items() if name != "hash"}
        assert told["previous_hash"] == previous
        previous = hashlib.sha256(canonical(told).encode()).hexdigest()
        assert line["hash"] == previous
    assert (lines[-1]["act"], lines[-1]["actor_roles"]) == ("exported", "command-line")


def test_a_table_holds_the_days_that_were_asked_for(run: Run, logged: Database) -> None:
    day = (NOON - timedelta(days=2)).date().isoformat()
    rows = list(csv.reader(io.StringIO(run("export", "--from", day, "--to", day).out.removeprefix("\ufeff"))))
    assert rows[0][0] == "Number" and [row[0] for row in rows[1:]] == ["2"]
    with logged.reading() as session:
        assert rows[1][-1] == list(all_events(session))[1].hash


def test_a_day_that_is_none_is_refused(run: Run) -> None:
    refused = run("export", "--from", "yesterday")
    assert refused.code != 0 and "yesterday" in refused.err
