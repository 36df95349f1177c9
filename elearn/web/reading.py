"""How somebody reads: size of text, typeface, light, dark or high contrast, pictures, keys.

Each choice is a word. The words stand on the page's root element as its classes, which is all the stylesheets and the
scripts need, and are kept so with the person: on another device the page comes as it was chosen, without a flash.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class TextSize(StrEnum):
    """How large the text of the content is."""

    SMALL = "text-small"
    NORMAL = "text-normal"
    LARGE = "text-large"
    LARGEST = "text-largest"


class Theme(StrEnum):
    """Light, dark, in high contrast, or as the device."""

    SYSTEM = "theme-system"
    LIGHT = "theme-light"
    DARK = "theme-dark"
    CONTRAST = "theme-contrast"


SERIF = "serif"
SAVES_DATA = "saves-data"
KEYS = "keys"


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """What somebody chose. ``has_keys``: single keys do something (WCAG 2.2, 2.1.4 lets people turn that off)."""

    size: TextSize = TextSize.NORMAL
    theme: Theme = Theme.SYSTEM
    is_serif: bool = False
    saves_data: bool = False
    has_keys: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """The choices, one word each."""
        flags = ((SERIF, self.is_serif), (SAVES_DATA, self.saves_data), (KEYS, self.has_keys))
        return (self.size.value, self.theme.value, *(word for word, is_on in flags if is_on))

    @property
    def stored(self) -> str:
        """As it is kept with the person, and as the classes of a page."""
        return " ".join(self.words)


@lru_cache(maxsize=256)
def reading_settings(stored: str | None) -> ReadingSettings:
    """The settings that these words say, in any order; what they leave open is as usual, and unknown words say nothing.

    None: nothing was ever chosen.
    """
    if stored is None:
        return ReadingSettings()
    words = frozenset(stored.split())
    return ReadingSettings(
        size=next((size for size in TextSize if size in words), TextSize.NORMAL),
        theme=next((theme for theme in Theme if theme in words), Theme.SYSTEM),
        is_serif=SERIF in words,
        saves_data=SAVES_DATA in words,
        has_keys=KEYS in words,
    )
