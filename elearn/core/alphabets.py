"""The order of words in a list, by the alphabet of a language.

Letters of the languages of the site stand where their own alphabets put them (ә after а in Kazakh, oʻ after z in
Uzbek), which needs no tables of all scripts of the world. Case and accents of other letters, ё in Russian among them,
decide only between words that are otherwise the same.
"""

import re
import unicodedata
from functools import cache
from typing import Final

_RUSSIAN: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"

_ALPHABETS: Final = {
    "ru": tuple(_RUSSIAN),
    "kk": tuple("аәбвгғдежзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"),
    "ky": tuple("абвгдежзийклмнңоөпрстуүфхцчшщъыьэюя"),
    "tg": tuple("абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя"),
    "tk": tuple("abçdeäfghijžklmnňoöprsştuüwyýz"),
    "uz": (*"abdefghijklmnopqrstuvxyz", "oʻ", "gʻ", "sh", "ch"),
    "uz-Cyrl": tuple("абвгдеёжзийклмнопрстуфхцчшъэюяўқғҳ"),
}

Key = tuple[tuple[int, ...], str]


def order_in(language: str, text: str) -> Key:
    """Give what a text is sorted by in the lists of a language.

    Latin words come before Cyrillic ones, or after them where the language is written in Cyrillic letters; digits come
    first, and what is neither letter nor digit does not count.
    """
    places, letters = _places(language)
    low = unicodedata.normalize("NFC", text).lower()
    low = re.sub("(?<=[og])[‘’'`´]", "ʻ", low)
    return tuple(place for letter in letters.findall(low) for place in _place(letter, places)), text.swapcase()


def _place(letter: str, places: dict[str, int]) -> tuple[int, ...]:
    if letter in places:
        return (places[letter],)
    plain = unicodedata.normalize("NFD", letter)[0]
    return (places.get(plain, 1000 + ord(plain)),) if plain.isalnum() else ()


@cache
def _places(language: str) -> tuple[dict[str, int], re.Pattern[str]]:
    """The place of each letter, and what finds the letters of a word, the longest first."""
    own = _ALPHABETS.get(language, tuple(_LATIN))
    others = (*_ALPHABETS["ru"], *_LATIN) if own[0] == "а" else (*_LATIN, *_ALPHABETS["ru"])
    ordered = dict.fromkeys((*"0123456789", *own, *others))
    pairs = "|".join(letter for letter in own if len(letter) > 1)
    return {letter: place for place, letter in enumerate(ordered)}, re.compile(f"{pairs}|." if pairs else ".")
