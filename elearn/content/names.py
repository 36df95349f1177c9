"""Ids and slugs: what is said in a file, what a git host makes of a heading, and what we make of one without an id."""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable
from difflib import get_close_matches

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?\Z")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?\Z")  # as long as the database keeps
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?\Z")
MODULE_FOLDER = re.compile(r"(\d{1,3})-([a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?)\Z")
_NEIGHBOURS = 100
RESERVED = frozenset({"certificate", "enrol", "glossary", "mistakes", "offline", "quizzes", "resume"})
"""What stands in addresses where the id of a module does: /courses/SLUG/quizzes/… would lead elsewhere."""
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіӣӯҳҷў",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
            "a",
            "gh",
            "q",
            "ng",
            "o",
            "u",
            "u",
            "h",
            "i",
            "i",
            "u",
            "h",
            "j",
            "w",
        ],
        strict=True,
    )
)


def anchor_of(title: str) -> str:
    """The anchor that a git host gives a heading: letters of any alphabet, in lower case, with hyphens."""
    kept = (letter for letter in title.strip().lower() if letter.isalnum() or letter in "-_ ")
    return "".join(kept).replace(" ", "-")


def id_of(title: str) -> str:
    """An id made from a heading: Latin letters, digits and hyphens; never empty."""
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in title.lower())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['`]", "", plain))
    made = ""
    for word in words:
        if len(made) + len(word) > 48:
            break
        made = f"{made}-{word}" if made else word
    return made or (words[0][:48] if words else "section")


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or with the first number that makes it differ from those taken."""
    names = set(taken)
    number, name = 2, wanted
    while name in names:
        name, number = f"{wanted}-{number}", number + 1
    return name


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Say `` Did you mean "x"?``, or what there is if nothing is near.

    Of many names only the neighbours in the alphabet are looked at: comparing is slow, and there may be many mistakes.
    """
    names = sorted(set(known))
    at = bisect(names, wrong)
    near = get_close_matches(wrong, names[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS], n=1, cutoff=0.6)
    if near:
        return f' Did you mean "{near[0]}"?'
    return f" Known: {', '.join(names[:12])}." if 0 < len(names) <= 12 else ""
