"""What SECURITY.md says is what the code does."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from wtforms import HiddenField
from wtforms.fields.core import UnboundField

from elearn.accounts import ldap
from elearn.accounts.agencies.rules import BelowItself
from elearn.accounts.forms import NewPersonForm
from elearn.accounts.importing import sheets
from elearn.accounts.inviting.rules import MOST as MOST_INVITED
from elearn.accounts.resets.rules import CODE_GROUPS, LETTERS, LIVES, ResetKind
from elearn.accounts.rules import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_STAFF_NUMBER,
    Door,
    SamePassword,
    StaffNumberTaken,
    WrongScope,
    is_name,
)
from elearn.accounts.second.rules import PASSKEYS, RECOVERY_CODES, RECOVERY_GROUPS
from elearn.accounts.sso import provider
from elearn.assessment.marking.open import LONGEST_WRITTEN
from elearn.assessment.marking.typed import LONGEST_TEXT
from elearn.assessment.rules import EXTRA_PERCENTS
from elearn.core.identifiers import CODE_ALPHABET
from elearn.core.refusals import Refusal
from elearn.jobs.rules import MOST_WAITING
from elearn.learning.assigning.rules import DueInThePast
from elearn.mail import SECONDS
from elearn.mistakes.rules import LONGEST as LONGEST_REPORT
from elearn.mistakes.rules import MOST_A_DAY
from elearn.mistakes.rules import SHORTEST as SHORTEST_REPORT
from elearn.notes.rules import LONGEST_NOTE
from elearn.rights.refusals import SameAccount
from elearn.rights.rules import AGAIN_AFTER
from elearn.scanning import PATIENCE_SECONDS
from elearn.search.rules import LONGEST_QUESTION
from elearn.security import passwords
from elearn.security.breached import FILTER
from elearn.security.oidc import ALGORITHMS
from elearn.security.policy import SCOPES
from elearn.security.totp import DIGITS, STEP_SECONDS
from elearn.serving.worker import BODIES, THREADS
from elearn.settings import Settings
from elearn.web.lanes import COUNTED, DOWNLOADS, DRAFTS, FORM_BYTES, OUTSIDE
from migrations.models import metadata

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text()
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}
KEYS = {"hmac", "secrets", "argon2", "pyrage", "joserfc", "authlib", "webauthn", "pyotp", "cryptography"}
"""Modules that compute with keys, or make chance that nobody can foretell."""


def part(heading: str) -> str:
    """What stands below a heading, its lines joined."""
    found = re.search(rf"(?ms)^## {re.escape(heading)}$(.*?)(?=^## |\Z)", TEXT)
    assert found is not None, heading
    return re.sub(r"(?<!\|)\n(?!\n|\|)", " ", found[1])


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of the tables below a heading, by what stands first."""
    lines = [line.strip("|").split("|") for line in part(heading).splitlines() if line.startswith("|")]
    return {first.strip(): [cell.strip() for cell in rest] for first, *rest in lines if not first.startswith("---")}


def named(text: str) -> list[str]:
    """What stands in the signs of code."""
    return re.findall(r"`([^`]+)`", text)


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def test_every_table_of_the_database_has_one_level_and_every_level_its_protection() -> None:
    levels = rows("What is held, and how it is protected")
    tables = [name for level, cells in levels.items() if level != "Level" for name in named(cells[0])]
    classified = [name for name in tables if name in metadata.tables]
    assert sorted(set(metadata.tables)) == sorted({*classified})
    assert [name for name in set(classified) if classified.count(name) > 1] == ["person"]  # its password apart
    assert all(cells[1] for cells in levels.values())
    retention = [name for name in Settings.model_fields if name.startswith("retention")]
    assert {name.upper() for name in retention} <= set(named(levels["Personal"][1]))


def test_every_door_stands_there_with_its_strength() -> None:
    doors = rows("Ways in")
    assert {named(first)[0] for first in doors if named(first)} == set(Door)
    code = doors["`one-time-code`"][1]
    hours, days = minutes(LIVES[ResetKind.CODE]) // 60, LIVES[ResetKind.INVITATION].days
    for said in (f"{hours} hours", f"{minutes(LIVES[ResetKind.LINK])} minutes", f"{days} days"):
        assert said in code
    assert LIVES[ResetKind.SLIP] == LIVES[ResetKind.INVITATION]
    tries = f"`SIGN_IN_TRIES` ({DEFAULTS['sign_in_tries']}) in `SIGN_IN_WINDOW_MINUTES`"
    assert f"{tries} ({DEFAULTS['sign_in_window_minutes']})" in part("Ways in")


def test_the_words_that_no_password_may_be_are_listed() -> None:
    said = part("Ways in").partition("**Passwords**")[2].partition("**Sessions**")[0]
    files = {path.relative_to(ROOT).as_posix() for path in (passwords.LIST, FILTER)}
    listed = set(named(said)) - files
    assert files <= set(named(said))
    assert listed == passwords.COMMON_WORDS
    assert f"have {passwords.SHORTEST} to {passwords.LONGEST} characters" in said
    assert f"at least {passwords.DIFFERENT} different" in said
    assert f"the {len(passwords.common_passwords()):,} most common" in said


def test_how_long_sessions_live_and_how_many_there_may_be_is_said_with_the_reason() -> None:
    said = part("Ways in").partition("**Sessions**")[2]
    assert f"{DEFAULTS['session_idle_minutes']} minutes" in said
    assert f"({DEFAULTS['shared_idle_minutes']} on a shared" in said
    assert f"after {DEFAULTS['session_hours']} hours" in said
    for fact in ("NIST SP 800-63B", "as many sessions as one has devices", "no back-channel", "until the session ends"):
        assert fact in said


def test_how_far_each_role_reaches_and_who_writes_each_field_is_said() -> None:
    said = part("Who may do what")
    for role, scopes in SCOPES.items():
        assert f"`{role}` {', '.join(scope for scope in scopes)}" in said
    fields = set(named(" ".join(rows("Who may do what"))))
    declared = {name: getattr(NewPersonForm, name) for name in dir(NewPersonForm)}
    written = {name for name, field in declared.items() if isinstance(field, UnboundField)}
    hidden = {name for name in written if declared[name].field_class is HiddenField}
    assert written - hidden == fields


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        ("Name", [f"1 to {LONGEST_NAME}"]),
        ("E-mail", [f"{LONGEST_EMAIL} characters"]),
        ("Staff number", [f"{LONGEST_STAFF_NUMBER} letters"]),
        ("One-time and recovery codes", [f"{4 * CODE_GROUPS} of {len(CODE_ALPHABET)}", f"{DIGITS} digits"]),
        ("Answers", [f"{LONGEST_TEXT} characters", f"{LONGEST_WRITTEN:,}"]),
        (
            "Notes, reports, search",
            [f"{LONGEST_NOTE:,}", f"{SHORTEST_REPORT} to {LONGEST_REPORT:,}", f"{LONGEST_QUESTION}"],
        ),
    ],
)
def test_the_rule_of_a_value_is_that_of_the_code(value: str, facts: list[str]) -> None:
    assert [fact for fact in facts if fact not in rows("What is let in")[value][0]] == []


def test_a_sign_in_name_is_what_is_said() -> None:
    said = rows("What is let in")["Sign-in name"][0]
    assert "2 to 60 of a–z, digits" in said
    assert [is_name("a" * length) for length in (1, 2, 60, 61)] == [False, True, True, False]
    assert all(is_name(f"a{sign}") == (sign in named(said)) for sign in "._-@+*()=,/ ")
    assert RECOVERY_GROUPS == CODE_GROUPS


@pytest.mark.parametrize(
    ("limit", "fact"),
    [
        ("Tries to sign in", f"{DEFAULTS['sign_in_tries']} in {DEFAULTS['sign_in_window_minutes']} minutes"),
        ("Letters with a link", f"{LETTERS} in {DEFAULTS['sign_in_window_minutes']} minutes to one address"),
        ("Letters with a link", f"{MOST_WAITING} waiting"),
        ("Passkeys, recovery codes", f"{PASSKEYS}, {RECOVERY_CODES}"),
        ("Invitations", f"{MOST_INVITED} at once"),
        ("Import of people", f"{sheets.MOST_ROWS:,} rows of {sheets.MOST_COLUMNS} columns"),
        ("Taking home what is held about oneself", f"once in {minutes(AGAIN_AFTER)} minutes"),
        ("Reports of mistakes", f"{MOST_A_DAY} a day"),
        ("Attempts, waiting time, time of a quiz", f"{', '.join(map(str, EXTRA_PERCENTS))} per cent"),
        ("A form", f"{FORM_BYTES // 1024} KiB"),
        ("A form", f"{BODIES} on their way"),
    ],
)
def test_a_limit_is_that_of_the_code(limit: str, fact: str) -> None:
    assert fact in " ".join(rows("What is let in")[limit])


@pytest.mark.parametrize(
    ("fact", "refusal"),
    [
        ("a role and its reach", WrongScope),
        ("a staff number and its agency, in which it stands once", StaffNumberTaken),
        ("an agency and what it stands below, never itself", BelowItself),
        ("a last day, not before today", DueInThePast),
        ("a new password and the current one, not the same", SamePassword),
        ("two accounts that become one, never one alone", SameAccount),
    ],
)
def test_what_must_fit_together_is_said_and_refused(fact: str, refusal: type[Refusal]) -> None:
    assert fact in part("What is let in").partition("What must fit together:")[2]
    raised = [path for path in (ROOT / "elearn").rglob("*.py") if f"raise {refusal.__name__}" in path.read_text()]
    assert raised


def test_what_takes_long_is_listed_with_its_lane() -> None:
    said = part("What takes long")
    assert {*DOWNLOADS, *COUNTED, DRAFTS, OUTSIDE} <= set(named(said))
    assert f"Threads: {', '.join(f'`{lane}` {count}' for lane, count in THREADS.items())}" in said
    assert provider.PATIENCE_SECONDS == ldap.PATIENCE_SECONDS == 5
    assert PATIENCE_SECONDS == SECONDS == 30
    assert "no longer than 5 seconds (provider, directory), 30 (mail, clamd)" in said


def test_every_other_machine_that_a_setting_names_is_listed() -> None:
    listed = {named(cells[0])[0] for first, cells in rows("Other machines").items() if first != "Which"}
    ends = ("_host", "_url", "_address", "_issuer")
    assert listed == {name.upper() for name in DEFAULTS if name.endswith(ends)} - {"PUBLIC_URL"}


def test_the_inventory_has_every_module_that_computes_with_keys_and_every_algorithm() -> None:
    said = part("Keys and algorithms")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "elearn").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if name.partition(".")[0] in KEYS
    }
    assert {name for name in named(said) if name.endswith(".py")} == found
    assert set(ALGORITHMS) <= set(named(said))
    assert f"{DEFAULTS['password_memory_mib']} MiB, {DEFAULTS['password_rounds']} rounds" in said
    assert f"{DIGITS} digits, {STEP_SECONDS} seconds, one before and one after" in said
    secrets = {
        name.upper() for name in DEFAULTS if name.endswith(("_secret_file", "_password_file", "passphrase_file"))
    }
    assert secrets <= set(named(said))


def test_nothing_is_logged_but_where_the_inventory_of_logs_says() -> None:
    said = rows("Logs")
    assert "standard error" in said["log of the site"][1]
    assert all(cells[2] for cells in said.values())
    makes = re.compile(
        r"\b\w*Handler\(\)|\b(File|Rotating\w*|SysLog|Socket|Datagram|HTTP|SMTP)Handler|addHandler|basicConfig"
    )
    found = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "elearn").rglob("*.py") if makes.search(path.read_text())
    }
    assert found == {"elearn/web/logs.py"}
    lines = [line for line in (ROOT / "elearn/web/logs.py").read_text().splitlines() if makes.search(line)]
    assert [line.strip() for line in lines] == [
        "handler = logging.StreamHandler()",
        "logging.basicConfig(level=level.upper(), handlers=[handler], force=True)",
    ]


def test_how_soon_libraries_are_mended_is_said() -> None:
    said = part("Libraries")
    assert re.search(r"7 days where it is exploited or critical, 30 days where it is high, else the next release", said)
    assert "Every 90 days" in said


def test_settings_that_are_named_exist() -> None:
    known = {name.upper() for name in Settings.model_fields}
    words = {word for word in named(TEXT) if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", word)}
    assert words - known == set()
