"""How somebody reads, as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.accounts.models import Person
from elearn.web.reading import ReadingSettings, TextSize, Theme, reading_settings

SETTINGS = st.builds(
    ReadingSettings,
    size=st.sampled_from(TextSize),
    theme=st.sampled_from(Theme),
    is_serif=st.booleans(),
    saves_data=st.booleans(),
    has_keys=st.booleans(),
)


@given(SETTINGS)
def test_what_is_stored_is_read_again_and_fits(settings: ReadingSettings) -> None:
    assert reading_settings(settings.stored) == settings
    assert len(settings.stored) <= Person.__table__.c.reading.type.length  # type: ignore[attr-defined]


def test_somebody_who_chose_nothing_reads_as_usual_with_keys() -> None:
    assert reading_settings(None) == ReadingSettings()
    assert reading_settings(None).has_keys


@pytest.mark.parametrize("words", ["", "nonsense", "text-huge <script>", "TEXT-LARGE"])
def test_unknown_words_say_nothing_and_keys_left_out_are_off(words: str) -> None:
    assert reading_settings(words) == ReadingSettings(has_keys=False)


@given(st.text())
def test_whatever_is_sent_only_our_own_words_are_kept(text: str) -> None:
    known = {*TextSize, *Theme, "serif", "saves-data", "keys"}
    assert set(reading_settings(text).stored.split()) <= known
