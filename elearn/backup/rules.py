"""How backups are named, which of them stay, and when the next one is due."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"elearn-(\d{8}T\d{6}Z)\.(?:tar\.gz|age\.tar)")


def stamp_of(instant: datetime) -> str:
    """An instant as names of files and of schemas have it: ``20261122T021500Z``."""
    return instant.astimezone(UTC).strftime(_STAMP)


def file_name(now: datetime, *, is_sealed: bool) -> str:
    """What a backup taken now is called."""
    return f"elearn-{stamp_of(now)}.{'age.tar' if is_sealed else 'tar.gz'}"


def taken_at(name: str) -> datetime | None:
    """When a backup of that name was taken; None for a file that we did not name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:  # a thirteenth month
        return None


def to_discard(names: Iterable[str], keep: int, zone: ZoneInfo) -> frozenset[str]:
    """Which backups of a folder may go, given the names of its files.

    The last one of each of the ``keep`` newest days stays, and the last one of each of the ``keep`` newest weeks (from
    Monday), as the zone counts them; days and weeks without a backup are not counted. Other files are never named.
    """
    dated = [(instant, name) for name in names if (instant := taken_at(name)) is not None]
    days: dict[object, str] = {}
    weeks: dict[object, str] = {}
    for instant, name in sorted(dated, reverse=True):
        day = instant.astimezone(zone).date()
        days.setdefault(day, name)
        weeks.setdefault(day.isocalendar()[:2], name)
    kept = {*list(days.values())[:keep], *list(weeks.values())[:keep]}
    return frozenset(name for _, name in dated if name not in kept)


def newest_before(names: Iterable[str], now: datetime) -> datetime | None:
    """When the newest backup was taken; one from a future, which a wrong clock left, does not count."""
    instants = [instant for name in names if (instant := taken_at(name)) is not None and instant <= now]
    return max(instants, default=None)


def next_due(newest: datetime | None, now: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """When the next daily backup is due: the first time that it is ``hour`` o'clock after the newest; now without one.

    An instant that has passed means that one was missed, and is due at once.
    """
    if newest is None:
        return now
    day = newest.astimezone(zone).date()
    at = datetime.combine(day, time(hour), zone).astimezone(UTC)
    return at if at > newest else datetime.combine(day + timedelta(days=1), time(hour), zone).astimezone(UTC)
