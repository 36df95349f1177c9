"""Uzbek in Cyrillic letters, made from Uzbek in Latin ones: the rules of the alphabet of 1995 read backwards.

Two things the Latin letters do not tell, and exceptions say: the soft sign and the ц of words that came by way of
Russian (``parol``, ``konstitutsiya``), and where ``ye`` stands for ъе (``obyekt``).
"""

import re
from typing import Final

_APOSTROPHES: Final = "ʻʼ‘’'`´"
_VOWELS: Final = "aeiouAEIOU"

_PAIRS: Final = {"sh": "ш", "ch": "ч", "yo": "ё", "yu": "ю", "ya": "я", "ye": "е"}
_LETTERS: Final = dict(zip("abdefghijklmnopqrstuvxyz", "абдефгҳижклмнопқрстувхйз", strict=True))

_SOFT: Final = (
    *("yanvar", "fevral", "aprel", "iyun", "iyul", "sentabr", "oktabr", "noyabr", "dekabr"),
    *("parol", "rol", "modul", "model", "medal", "detal", "stil", "kontrol", "nol", "kabel"),
)
"""Words that end in a soft sign; it is left out before a vowel (пароль, пароли)."""

_STEMS: Final = {
    "sentabr": "сентябр",
    "oktabr": "октябр",
    "kompyuter": "компьютер",
    "interyer": "интерьер",
    "filtr": "фильтр",
    "film": "фильм",
    "obyekt": "объект",
    "subyekt": "субъект",
    "syezd": "съезд",
    "sement": "цемент",
    "sentner": "центнер",
    "sex": "цех",
    "litsey": "лицей",
    "litsenziya": "лицензия",
    "konsert": "концерт",
    "konsepsiya": "концепция",
    "protsent": "процент",
    "protsess": "процесс",
    "pensiya": "пенсия",
    "aksept": "акцепт",
}
"""Beginnings of words that the rules would spell otherwise."""

_ENDINGS: Final = (("tsiy", "ций"), ("ksiy", "кций"), ("nsiy", "нций"), ("psiy", "пций"))

_KEPT: Final = re.compile(
    r"%\(\w+\)[sd]|%%|\{\w+\}|<[^>]+>|&\w+;"  # values, markup
    r"|[\w.-]+@[\w.-]+|--[\w-]+|\w*_\w*|\w+:\w\S*|elearn(?: \w+)?"  # addresses, options, names in commands
    r"|\ba–z\b|\b[OI]\b(?![ʻ‘’'`])|\b(?=\w*\d)\w+|\b[A-Z]{2,}\b"  # F1, PDF
)
_WORD: Final = re.compile(rf"[A-Za-z{_APOSTROPHES}]+")


def cyrillic(text: str) -> str:
    """Give a text in Cyrillic letters; abbreviations, numbers, markup, values and commands stay as they are."""
    found, end = [], 0
    for kept in _KEPT.finditer(text):
        found += [_WORD.sub(_word, text[end : kept.start()]), kept.group()]
        end = kept.end()
    return "".join([*found, _WORD.sub(_word, text[end:])])


def _word(match: re.Match[str]) -> str:
    word: str = match.group()
    if not any(letter.isalpha() and letter not in _APOSTROPHES for letter in word):
        return word  # quotation marks
    low = word.lower()
    for stem, written in _STEMS.items():
        if low.startswith(stem):
            return _like(word, written + _soft(low, stem) + _spelt(low[len(stem) :], after=stem[-1]))
    for stem in _SOFT:
        if low.startswith(stem):
            return _like(word, _spelt(stem) + _soft(low, stem) + _spelt(low[len(stem) :], after=stem[-1]))
    return _like(word, _spelt(low))


def _soft(word: str, stem: str) -> str:
    """The soft sign at the end of a stem, if the word has it there."""
    rest = word[len(stem) :]
    return "ь" if stem in _SOFT and not (rest and rest[0] in _VOWELS) else ""


def _spelt(word: str, after: str = "") -> str:
    """A word, or its rest ``after`` a letter, in small letters."""
    for ending, written in _ENDINGS:
        head, found, rest = word.partition(ending)
        if found and rest[:1] == "a":
            return f"{_spelt(head, after)}{written[:-1]}я{_spelt(rest[1:], 'a')}"
    spelt: list[str] = []
    place = 0
    while place < len(word):
        letter, two = word[place], word[place : place + 2]
        is_marked = word[place + 1 : place + 2] != "" and word[place + 1] in _APOSTROPHES
        before = word[place - 1] if place else after
        if letter in "og" and is_marked:
            spelt.append("ў" if letter == "o" else "ғ")
            place += 2
        elif two == "yo" and word[place + 2 : place + 3] and word[place + 2] in _APOSTROPHES:
            spelt.append("й")  # yoʻl: йўл
            place += 1
        elif two in _PAIRS:
            spelt.append(_PAIRS[two])
            place += 2
        elif letter in _APOSTROPHES:
            is_apart = before == "s" and word[place + 1 : place + 2] == "h"  # Isʼhoq: Исҳоқ
            spelt.append("" if is_apart or not before else "ъ")
            place += 1
        elif letter == "e" and (not before or before in _VOWELS):
            spelt.append("э")
            place += 1
        else:
            spelt.append(_LETTERS.get(letter, letter))
            place += 1
    return "".join(spelt)


def _like(word: str, spelt: str) -> str:
    """The word spelt in capitals where the Latin word is."""
    letters = [letter for letter in word if letter not in _APOSTROPHES]
    if len(letters) > 1 and all(letter.isupper() for letter in letters):
        return spelt.upper()
    return spelt[:1].upper() + spelt[1:] if letters[0].isupper() else spelt
