"""What the README promises exists."""

import re
import tomllib
from pathlib import Path

import click
import pytest

from elearn.accounts.importing import sheets
from elearn.assessment.attachments.rules import LARGEST_FILE, MEDIA_TYPES
from elearn.assessment.attachments.rules import MOST_FILES as ATTACHMENTS
from elearn.banks.formats import Readable
from elearn.cli import COMMANDS, elearn
from elearn.content.archive import LARGEST_ARCHIVE
from elearn.content.files import MOST_FILES
from elearn.markup.imaging import MOST_PIXELS
from elearn.settings import Settings
from tests.conftest import OF_TESTS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def _commands(group: click.Group, words: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= _commands(command, (*words, name))
        else:
            found.add((*words, name))
    return found


def test_every_command_has_a_line_of_help() -> None:
    context = click.Context(elearn)
    for name in COMMANDS:
        command = elearn.get_command(context, name)
        assert command is not None and command.help, name


def test_every_command_the_readme_names_exists() -> None:
    known = _commands(elearn)
    for words in re.findall(r"elearn ((?:[a-z]+(?:-[a-z]+)* ?)+)", README):
        named = tuple(words.split())
        assert any(named[: len(command)] == command for command in known) or any(
            command[: len(named)] == named for command in known
        ), f"the README names «elearn {words}», which does not exist"


def test_every_command_group_stands_in_the_readme() -> None:
    assert [name for name in COMMANDS if f"elearn {name}" not in README] == []


def test_the_readme_has_two_commands_that_set_up_everything() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    run, test = blocks[0], blocks[1]
    assert run.startswith("$(command -v sudo) apt-get") and run.rstrip().endswith("elearn demo")
    assert test.startswith("$(command -v sudo) apt-get") and "-m pytest" in test
    assert "chromium" in test and "postgresql" in test
    assert run.count("\n") == test.count("\n") == 1


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    registries = r"py" r"pi\.org|python" r"hosted|registry\.npm" r"js|deb\.deb" r"ian\.org"
    wrong = re.compile(registries + r"|(?<!\w)/(?:work|root|home)/")
    texts = [
        path
        for pattern in ("*.md", "*.toml", "*.lock", ".ci/*", "elearn/**/*.py", "tests/**/*.py", "migrations/**/*.py")
        for path in ROOT.glob(pattern)
        if path.is_file()
    ]
    found = [str(path.relative_to(ROOT)) for path in texts if wrong.search(path.read_text())]
    assert found == []


def test_the_readme_says_what_may_be_sent_and_how_much() -> None:
    rows = [line for line in README.splitlines() if line.startswith("|")]
    answers, banks, people, courses = (
        next(row for row in rows if row.startswith(f"| {name}"))
        for name in ("Files with an open answer", "Question banks", "Lists of people", "Courses, at the command line")
    )
    assert ", ".join(MEDIA_TYPES).upper() in answers
    assert f"{ATTACHMENTS} of {LARGEST_FILE // 1024**2} MB each, {MOST_PIXELS // 10**6} million pixels" in answers
    assert "GIFT, Aiken, Moodle XML" in banks
    assert len(Readable) == 3
    assert "upload_limit_mib" in Settings.model_fields
    assert f"{sheets.LARGEST // 1024**2} MB unpacked, {sheets.MOST_ROWS:,} rows" in people
    assert f"{LARGEST_ARCHIVE // 10**6} MB unpacked, {MOST_FILES:,} files" in courses


def test_the_unit_of_the_readme_gives_the_site_no_right_that_it_does_not_need() -> None:
    """``tests/drills/test_deployment.py`` runs the site under it."""
    found = re.search(r"<!-- deploy: elearn.service -->\n```ini\n(.*?)```", README, re.DOTALL)
    assert found is not None
    lines = found[1].splitlines()
    needed = {
        *("User=elearn", "CapabilityBoundingSet=", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes"),
        *("PrivateTmp=yes", "PrivateDevices=yes", "StateDirectoryMode=0700", "UMask=0077", "RestrictSUIDSGID=yes"),
        *("RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "SystemCallFilter=~@privileged @resources"),
    }
    assert needed <= set(lines)
    assert [
        line for line in lines if line.startswith(("AmbientCapabilities", "ReadWritePaths", "SupplementaryGroups"))
    ] == []


def test_nginx_of_the_readme_speaks_modern_tls_alone() -> None:
    """``tests/drills/test_deployment.py`` asks it."""
    protocols, ciphers = (re.search(rf"(?m)^ +ssl_{name} ([^;]+);", README) for name in ("protocols", "ciphers"))
    assert protocols is not None and ciphers is not None
    assert protocols[1] == "TLSv1.2 TLSv1.3"
    assert all(re.fullmatch(r"ECDHE\+(AESGCM|CHACHA20)", cipher) for cipher in ciphers[1].split(":"))
    assert "return 301 https://training.example$request_uri;" in README


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_command_for_a_lock_names_each_group_that_the_lock_holds(lock: str) -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    found = re.search(rf"((?:--group \w+\s+)+-o {lock}|(?:--group \w+ ?)+` for `{lock})", guide)
    assert found is not None, f"CONTRIBUTING.md does not say how {lock} is made"
    named = set(re.findall(r"--group (\w+)", found[1]))
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    held = set(re.findall(r"(?m)^([\w.-]+)==", (ROOT / lock).read_text()))
    assert named == {
        name for name, wants in groups.items() if {re.split(r"[^\w.-]", want)[0].lower() for want in wants} <= held
    }


def test_what_people_tell_the_tests_reaches_them() -> None:
    asked = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        if path.parent.name != "benchmarks"  # they start programs of their own
        for name in re.findall(r"environ(?:\.get\(|\[)\"(ELEARN_\w+)\"", path.read_text())
    }
    assert asked == OF_TESTS
