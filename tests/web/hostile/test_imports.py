"""No hostile file does more than make a sentence, whichever door it comes through, in bounded time and memory."""

import random
import resource
import time
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from tests.database.conftest import none_wired
from tests.web.hostile.doors import Doors, database_of
from tests.web.hostile.imports import Hostile, everything

SECONDS = 20  # of the processor for one file; what is slow by design takes minutes or never ends
MEBIBYTES = 700  # that a process may grow by over all of them: a picture of 25 million pixels takes a hundred


@cache
def everyone() -> tuple[Hostile, ...]:
    """All of them; zipfile warns of names that stand twice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tuple(everything())


@pytest.fixture
def doors(taught: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """The doors of a site with a small course."""
    folder = tmp_path / "around" / "inside"
    folder.mkdir(parents=True)
    monkeypatch.setenv("ELEARN_DATABASE_URL", database_of(taught))
    with none_wired():
        yield Doors(taught, folder)


def check(sent: list[Hostile], doors: Doors) -> None:
    """Raise AssertionError with every file that does more than make a sentence."""
    faults: list[str] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for each in sent:
        began = time.process_time()
        try:
            doors.send(each)
        except Exception as fault:
            faults.append(f"{each.door}, {each.what}: {type(fault).__name__} {str(fault)[:200]}")
        if time.process_time() - began > SECONDS:
            faults.append(f"{each.door}, {each.what}: {time.process_time() - began:.0f} s")
    assert not faults, "\n".join(faults)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < MEBIBYTES, f"{grown:.0f} MiB"


def test_there_are_more_than_three_hundred_for_all_doors_and_none_twice() -> None:
    assert len(everyone()) > 300
    assert {each.door for each in everyone()} == {"archive", "course", "bank", "attachment"}
    assert len({(each.door, each.what, each.path) for each in everyone()}) == len(everyone())


def test_a_tenth_of_the_hostile_files_does_no_more_than_make_a_sentence(doors: Doors) -> None:
    check(random.Random(6).sample(everyone(), len(everyone()) // 10), doors)  # noqa: S311


@pytest.mark.drill
def test_no_hostile_file_does_more_than_make_a_sentence(doors: Doors) -> None:
    check(list(everyone()), doors)


def test_a_file_that_makes_a_reader_fall_is_found(doors: Doors) -> None:
    with pytest.raises(AssertionError, match="planted"):
        check([Hostile("archive", "planted", "no/such/folder.zip", b"")], doors)
