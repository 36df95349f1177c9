"""The languages of the site, by BCP 47 tag: their names, and what is read where one of them has no words yet."""

from functools import cache
from typing import Final

NAMES: Final = {
    "en": "English",
    "ru": "Русский",
    "kk": "Қазақша",
    "ky": "Кыргызча",
    "tg": "Тоҷикӣ",
    "tk": "Türkmençe",
    "uz": "Oʻzbekcha",
    "uz-Cyrl": "Ўзбекча",
}
"""Each in its own words; the site can offer these."""

SOURCE: Final = "en"
"""The language the interface is written in."""

_NEXT: Final = dict.fromkeys(("kk", "ky", "tg", "tk", "uz"), "ru") | {"ru": "en", "uz-Cyrl": "uz"}


@cache
def chain(language: str) -> tuple[str, ...]:
    """The languages to look for words in, best first: ``uz-Cyrl`` → ``uz`` → ``ru`` → ``en``.

    A language that the site does not offer falls back to English alone.
    """
    found = [language]
    while (following := _NEXT.get(found[-1])) is not None:
        found.append(following)
    return tuple(found) if found[-1] == SOURCE else (*found, SOURCE)


def offered_as(asked: str, offered: tuple[str, ...]) -> str | None:
    """The language offered that a tag asks for: ``ru-KZ`` is ``ru``, ``uz-Cyrl-UZ`` is ``uz-Cyrl``; None if none is."""
    by_tag = {tag.lower(): tag for tag in offered}
    parts = asked.replace("_", "-").lower().split("-")
    tags = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((by_tag[tag] for tag in tags if tag in by_tag), None)
