"""Which language is read where another has no words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from elearn.content.course import language_in, text_in
from elearn.core.languages import NAMES, chain, offered_as


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("en",)),
        ("ru", ("ru", "en")),
        ("kk", ("kk", "ru", "en")),
        ("ky", ("ky", "ru", "en")),
        ("tg", ("tg", "ru", "en")),
        ("tk", ("tk", "ru", "en")),
        ("uz", ("uz", "ru", "en")),
        ("uz-Cyrl", ("uz-Cyrl", "uz", "ru", "en")),
        ("de", ("de", "en")),
    ],
)
def test_a_language_falls_back_along_its_chain(language: str, expected: tuple[str, ...]) -> None:
    assert chain(language) == expected


def test_the_words_of_a_course_fall_back_along_the_chain_and_at_last_to_its_source() -> None:
    assert text_in({"en": 1, "ru": 2}, "kk", "en") == (2, "ru")
    assert text_in({"en": 1, "ru": 2, "kk": 3}, "kk", "en") == (3, "kk")
    assert text_in({"en": 1, "uz": 2, "ru": 3}, "uz-Cyrl", "en") == (2, "uz")
    assert text_in({"en": 1}, "tg", "en") == (1, "en")
    assert text_in({"kk": 1}, "tg", "kk") == (1, "kk")
    assert text_in({"kk": 1, "tk": 2}, "en", "kk") == (1, "kk")
    assert language_in({"ru", "kk"}, "ky", "kk") == "ru"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("ru-KZ", "ru"),
        ("RU", "ru"),
        ("kk_KZ", "kk"),
        ("uz-Cyrl-UZ", "uz-Cyrl"),
        ("uz-cyrl", "uz-Cyrl"),
        ("uz-Latn-UZ", "uz"),
        ("uz-UZ", "uz"),
        ("de", None),
        ("", None),
        ("*", None),
    ],
)
def test_a_tag_asks_for_the_nearest_language(asked: str, expected: str | None) -> None:
    assert offered_as(asked, tuple(NAMES)) == expected


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Asia/Almaty", 5),
        ("Asia/Qostanay", 5),
        ("Asia/Bishkek", 6),
        ("Asia/Dushanbe", 5),
        ("Asia/Ashgabat", 5),
        ("Asia/Tashkent", 5),
    ],
)
def test_the_time_zones_of_the_region_are_those_of_today(zone: str, hours: int) -> None:
    """Kazakhstan has had one time, +05, since 1 March 2024."""
    for moment in (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)):
        offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert offset is not None
        assert offset.total_seconds() == hours * 3600
