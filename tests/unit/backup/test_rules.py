"""Which backups stay, and when the next one is due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from elearn.backup.rules import file_name, newest_before, next_due, taken_at, to_discard

ALMATY = ZoneInfo("Asia/Almaty")  # UTC+5
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
INSTANTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0)
)


def _names(*instants: datetime) -> list[str]:
    return [file_name(instant, is_sealed=False) for instant in instants]


def test_a_name_tells_when_its_backup_was_taken() -> None:
    assert file_name(MONDAY, is_sealed=False) == "elearn-20261116T030000Z.tar.gz"
    assert file_name(MONDAY, is_sealed=True) == "elearn-20261116T030000Z.age.tar"
    assert taken_at("elearn-20261116T030000Z.age.tar") == MONDAY


def test_files_of_others_are_no_backups() -> None:
    others = ["elearn-20261316T030000Z.tar.gz", "elearn.tar.gz", "notes.txt", ".elearn-20261116T030000Z.tar.gz.part"]
    assert [taken_at(name) for name in others] == [None] * 4
    assert to_discard(others, 1, ALMATY) == frozenset()


def test_of_two_backups_of_a_day_the_last_one_stays() -> None:
    early, late = _names(MONDAY, MONDAY + timedelta(hours=5))
    assert to_discard([late, early], 7, ALMATY) == {early}


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    before, after = datetime(2026, 11, 16, 18, 59, tzinfo=UTC), datetime(2026, 11, 16, 19, 0, tzinfo=UTC)
    assert to_discard(_names(before, after), 7, ALMATY) == frozenset()
    assert to_discard(_names(before, after), 7, ZoneInfo("UTC")) == set(_names(before))


def test_days_and_weeks_stay_as_many_as_were_asked_for() -> None:
    daily = [MONDAY + timedelta(days=day) for day in range(28)]  # four whole weeks, Monday to Sunday
    kept = set(_names(*daily)) - to_discard(_names(*daily), 3, ALMATY)
    sundays = [daily[13], daily[20], daily[27]]
    assert kept == set(_names(daily[25], daily[26], *sundays))


@given(st.sets(INSTANTS, min_size=1), st.integers(1, 10))
def test_the_newest_backup_always_stays_and_no_more_than_days_and_weeks(instants: set[datetime], keep: int) -> None:
    names = _names(*instants)
    kept = set(names) - to_discard(names, keep, ALMATY)
    assert _names(max(instants))[0] in kept
    assert len(kept) <= 2 * keep


@given(st.sets(INSTANTS, min_size=1), st.integers(1, 10))
def test_tidying_twice_deletes_nothing_more(instants: set[datetime], keep: int) -> None:
    kept = set(_names(*instants)) - to_discard(_names(*instants), keep, ALMATY)
    assert to_discard(kept, keep, ALMATY) == frozenset()


def test_without_any_backup_one_is_due_now() -> None:
    assert next_due(None, MONDAY, 2, ALMATY) == MONDAY


def test_the_next_one_is_due_when_the_hour_comes() -> None:
    newest = datetime(2026, 11, 16, 20, 0, tzinfo=UTC)  # one o'clock in the night of the 17th
    assert next_due(newest, newest, 2, ALMATY) == datetime(2026, 11, 16, 21, 0, tzinfo=UTC)
    assert next_due(newest + timedelta(hours=1), newest, 2, ALMATY) == datetime(2026, 11, 17, 21, 0, tzinfo=UTC)


@given(INSTANTS, st.integers(0, 23))
def test_a_backup_is_due_within_a_day_of_the_last_also_where_clocks_are_changed(newest: datetime, hour: int) -> None:
    due = next_due(newest, newest, hour, BERLIN)
    assert timedelta(0) < due - newest <= timedelta(hours=25)


def test_a_backup_from_the_future_does_not_put_off_the_next_one() -> None:
    names = _names(MONDAY, MONDAY + timedelta(days=400))
    assert newest_before(names, MONDAY + timedelta(days=1)) == MONDAY
