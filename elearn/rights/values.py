"""What stands in the columns of what is held about somebody, as people read it."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from elearn.accounts.forms import ROLES
from elearn.accounts.words import DOORS, LEAVING, PLACES, RESETS
from elearn.certificates.words import replaced_sentence
from elearn.jobs import words as jobs
from elearn.learning.rules import OutcomeKind
from elearn.mistakes.words import STATES
from elearn.notices import words as notices
from elearn.notices.rules import about_stored
from elearn.oversight import words as log
from elearn.web.i18n import NAMES, day, gettext, instant, language, marked, number

Row = Mapping[str, Any]
"""A row by the names of its columns."""

OUTCOMES = {
    OutcomeKind.SECTION_READ: marked("Section read"),
    OutcomeKind.QUIZ_SCORED: marked("Quiz taken"),
}


def _coded(words: Mapping[Any, str]) -> Callable[[Any, Row], str]:
    """The words of a code; a code that has none, from an earlier version, stays as it is."""
    return lambda value, _: gettext(words[value]) if value in words else str(value)


def _actors(value: Any, _: Row) -> str:
    """The roles that ``security.policy.words_of`` tells of, without how far each reaches."""
    words = {str(code): said for codes in (ROLES, log.BYSTANDERS) for code, said in codes.items()}
    codes = dict.fromkeys(grant.partition(":")[0] for grant in value.split())
    return ", ".join(gettext(words[code]) if code in words else code for code in codes)


def _notice(value: Any, row: Row) -> str:
    return notices.sentence(value, about_stored(row["about"]), language())


def _course_meant(value: Any, _: Row) -> str:
    found = about_stored(value).title_in(language())
    return found[0] if found is not None else ""


CODES: Mapping[str, Callable[[Any, Row], str]] = {
    "act": _coded(log.ACTS),
    "actor_roles": _actors,
    "door": _coded(DOORS),
    "job.kind": _coded(jobs.KINDS),
    "job.outcome": _coded(jobs.OUTCOMES),
    "language": lambda value, _: NAMES.get(value, value),
    "leaving": _coded(LEAVING),
    "mistake_report.state": _coded(STATES),
    "notice.about": _course_meant,
    "notice.kind": _notice,
    "outcome.kind": _coded(OUTCOMES),
    "password_reset.kind": _coded(RESETS),
    "replacement": lambda value, row: replaced_sentence(value, row["replaced_at"]),
    "role": _coded(ROLES),
    "scope": _coded(PLACES),
    "thing_kind": _coded(log.KINDS),
}
"""Columns with codes, by name, or by table and column where the name alone would say something else."""


def value_in_words(table: str, column: str, row: Row) -> str:
    """What stands in a column of a row of a table, in the language of the page."""
    value = row[column]
    if value is None:
        return ""
    in_words = CODES.get(f"{table}.{column}") or CODES.get(column)
    return in_words(value, row) if in_words is not None else _words(value)


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)
