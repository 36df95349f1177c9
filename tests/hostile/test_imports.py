"""No hostile file does more than make a sentence, whichever door it comes through, in bounded time and memory."""

import random
import resource
import time
import warnings
from pathlib import Path

import pytest

from elearn.assessment.attachments.rules import MEDIA_TYPES, read_file
from elearn.authoring.bank_rules import read_import
from elearn.content.archive import LARGEST_ARCHIVE, read_archive
from elearn.content.compiler import compile_course
from elearn.core.refusals import Refusal
from tests.factories import course_files
from tests.hostile.imports import Hostile, everything

SECONDS = 30  # for one file, on a busy machine; what is slow by design takes minutes or never ends
MEBIBYTES = 700  # that a process may grow by over all of them: a picture of 25 million pixels takes a hundred
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # zipfile warns of names that stand twice
    ALL = everything()
TENTH = random.Random(6).sample(ALL, len(ALL) // 10)  # noqa: S311


def come_in(sent: Hostile, folder: Path) -> str:
    """The sentence or sentences that a file makes; empty if it is taken for what it is."""
    try:
        if sent.door == "archive":
            path = folder / sent.name
            path.write_bytes(sent.data)
            slug, files = read_archive(path)
            assert sum(map(len, files.values())) <= LARGEST_ARCHIVE
            assert not [name for name in files if name.startswith("/") or ".." in name.split("/")]
            compiled = compile_course(slug, files)
            return " ".join(each.message for each in compiled.problems)
        if sent.door == "course":
            compiled = compile_course("demo", {**course_files(), sent.path: sent.data})
            return " ".join(each.message for each in compiled.problems)
        if sent.door == "bank":
            made = read_import(sent.data, file_name=sent.name, chosen="", name="pool", sources=course_files())
            assert not [path for path in made.pictures if ".." in path or path.startswith("/")]
            return " ".join(str(loss) for loss in made.bank.losses)
        kept = read_file(sent.name, sent.data)
        assert "/" not in kept.name
        assert "\\" not in kept.name
        assert kept.name.isprintable()
        assert kept.media_type in ("", *MEDIA_TYPES.values())
        return ""
    except Refusal as refusal:
        return str(refusal)


def check(sent: list[Hostile], folder: Path) -> None:
    """Raise AssertionError with every file that does more than make a sentence."""
    faults: list[str] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for each in sent:
        began = time.perf_counter()
        try:
            said = come_in(each, folder)
        except Exception as fault:
            faults.append(f"{each.door}, {each.what}: {type(fault).__name__} {str(fault)[:200]}")
            continue
        if "Traceback" in said or "/etc/passwd:" in said or "root:" in said:
            faults.append(f"{each.door}, {each.what}: {said[:200]}")
        if time.perf_counter() - began > SECONDS:
            faults.append(f"{each.door}, {each.what}: {time.perf_counter() - began:.0f} s")
    assert not faults, "\n".join(faults)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < MEBIBYTES, f"{grown:.0f} MiB"


def test_there_are_more_than_three_hundred_for_every_door_and_none_twice() -> None:
    assert len(ALL) > 300
    assert {each.door for each in ALL} == {"archive", "course", "bank", "attachment"}
    assert len({(each.door, each.what, each.path) for each in ALL}) == len(ALL)


def test_a_tenth_of_the_hostile_files_does_no_more_than_make_a_sentence(tmp_path: Path) -> None:
    check(TENTH, tmp_path)


@pytest.mark.drill
def test_no_hostile_file_does_more_than_make_a_sentence(tmp_path: Path) -> None:
    check(ALL, tmp_path)


def test_a_file_that_makes_a_reader_fall_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="planted"):
        check([Hostile("archive", "planted", "no/such/folder.zip", b"")], tmp_path)
