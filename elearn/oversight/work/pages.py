"""What the page of background work is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from elearn.backup.standing import Standing
from elearn.jobs.models import Job
from elearn.jobs.queries import Counts
from elearn.jobs.rules import REVIVED, Kind
from elearn.jobs.words import KINDS
from elearn.web.i18n import gettext, instant, ngettext, number
from elearn.web.shell import Shell, shell

SHOWN = 50
"""So many lines of each list are shown."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in words. ``problem`` is technical and in English; ``discard_href`` is None for one that ended."""

    what: str
    who: str | None
    who_href: str | None
    since: str
    tries: str
    next: str
    problem: str | None
    discard_href: str | None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Letters that wait and that failed, and the daily backup; ``done`` says what was just done."""

    shell: Shell
    sends_mail: bool
    waiting: tuple[JobLine, ...]
    failed: tuple[JobLine, ...]
    summary: str
    sent: tuple[str, ...]
    may_retry: bool
    backup: str
    backup_problem: str | None
    done: str | None
    refusal: str | None


def work_page(
    stands: Counts,
    waiting: Sequence[Job],
    failed: Sequence[Job],
    people: Mapping[int, tuple[str, str]],
    sent: Mapping[str, int],
    backup: Standing | OSError | None,
    *,
    sends_mail: bool,
    done: str | None,
    refusal: str | None,
    now: datetime,
) -> WorkPage:
    """The page. ``backup`` is None where no daily backup is taken, and an OSError where the folder cannot be read."""
    return WorkPage(
        shell=shell(),
        sends_mail=sends_mail,
        waiting=tuple(_line(job, people, now) for job in waiting),
        failed=tuple(_line(job, people, now) for job in failed),
        summary=gettext(
            "Waiting: %(waiting)s. Tried in vain: %(trouble)s. Failed in 30 days: %(failed)s.",
            waiting=number(stands.waiting),
            trouble=number(stands.in_trouble),
            failed=number(stands.failed),
        ),
        sent=tuple(f"{gettext(KINDS[Kind(kind)])}: {number(count)}" for kind, count in sent.items()),
        may_retry=stands.in_trouble > 0 or any(job.kind in REVIVED for job in failed),
        backup=_backup_words(backup),
        backup_problem=_backup_problem(backup),
        done=done,
        refusal=refusal,
    )


def _line(job: Job, people: Mapping[int, tuple[str, str]], now: datetime) -> JobLine:
    public_id, name = people.get(job.person_id or 0, (None, None))
    waits = job.ended_at is None
    return JobLine(
        what=gettext(KINDS[Kind(job.kind)]),
        who=name,
        who_href=f"/people/{public_id}" if public_id is not None else None,
        since=instant(job.made_at),
        tries=number(job.tries),
        next=(instant(job.due_at) if job.due_at > now else gettext("now")) if waits else "",
        problem=job.problem,
        discard_href=f"/background/{job.public_id}/discard" if waits else None,
    )


def _backup_words(backup: Standing | OSError | None) -> str:
    if backup is None:
        return gettext("No daily backup is taken: BACKUP_FOLDER is not set.")
    if isinstance(backup, OSError):
        return gettext("The folder of the backups cannot be read.")
    due = instant(backup.due_at)
    if backup.taken_at is None:
        return gettext("No backup was taken yet. The next one is due: %(due)s.", due=due)
    return gettext("The last one: %(taken)s. The next one is due: %(due)s.", taken=instant(backup.taken_at), due=due)


def _backup_problem(backup: Standing | OSError | None) -> str | None:
    if isinstance(backup, OSError):
        return backup.strerror
    return backup.failure.sentence if backup is not None and backup.failure is not None else None


def done_words(again: int | None, is_discarded: bool) -> str | None:
    """What was just done: so many were put down to be tried again, or one was given up."""
    if is_discarded:
        return gettext("It was given up.")
    if again is None:
        return None
    return ngettext("One is tried again now.", "%(count)s are tried again now.", again)
