"""Words as they are compared: folded, then stemmed where the language has a stemmer. Pure.

English and Russian are stemmed by Snowball's algorithms (https://snowballstem.org). For Kazakh, Kyrgyz, Tajik, Turkmen
and Uzbek there are none; what is typed there is the beginning of a word, whose endings follow.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer import stemmer

STEMMED = {"en": stemmer("english"), "ru": stemmer("russian")}
_stemming = threading.Lock()  # a stemmer keeps the word it works at in itself

LONGEST = 40  # characters of a word that are compared
MOST_INDEXED = 200_000  # characters of a text; PostgreSQL takes a megabyte for the words of a passage, and no more
MOST_WORDS = 12  # words of a question that are looked for
SHORTEST_BEGINNING = 3  # letters from which on a word is taken for the beginning of others

# Marks and signs that stand inside a word: combining accents; the soft hyphen and joiners; the apostrophes of
# Uzbek and of English, however they are typed (U+02BB and U+02BC are letters already).
_ACCENT = "\u0300-\u036f"
_JOINER = "\u00ad\u200b-\u200d\u2060'`\u00b4\u2018\u2019\u2032\u02b9\u02c8"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_ACCENT}]|[{_JOINER}](?=[^\W_]))*")

# Letters that people type without their mark on a Russian keyboard, and that no rule of Unicode takes apart.
_CYRILLIC = str.maketrans("қғңҳҷәөүұһі", "кгнхчаоуухи")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question as it is looked for: as it is, or as the beginning of a word."""

    word: str
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question asks for in some languages: passages with all of these terms, or with any of them."""

    languages: tuple[str, ...]
    terms: tuple[Term, ...]
    is_any: bool = False


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word without what people leave out when they type: case, accents, apostrophes, the dots of ё; й stays."""
    parted = unicodedata.normalize("NFKD", word).casefold().replace("и\u0306", "й")
    kept = "".join(letter for letter in parted if letter.isalnum() and unicodedata.category(letter) != "Lm")
    return kept.translate(_CYRILLIC)[:LONGEST]


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """A folded word without its endings, in a language that has a stemmer; as it is in the others."""
    found = STEMMED.get(language)
    if found is None:
        return word
    with _stemming:
        return str(found.stemWord(word))


def words_of(text: str, language: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as they are compared, each with where it begins and ends."""
    for found in _WORD.finditer(text):
        folded = fold(found[0])
        if folded:
            yield stem(folded, language), found.start(), found.end()


def indexed(text: str, language: str) -> str:
    """The words of a text as the index keeps them; of an endless one, those of its beginning."""
    return " ".join(word for word, _, _ in words_of(text[:MOST_INDEXED], language))


def terms_of(question: str, language: str, *, is_loose: bool = False) -> tuple[Term, ...]:
    """What a question looks for in texts of a language; ``is_loose``: each word may be the beginning of another."""
    is_open = is_loose or language not in STEMMED
    words = dict.fromkeys(word for word, _, _ in words_of(question, language))
    return tuple(Term(word, is_open and len(word) >= SHORTEST_BEGINNING) for word in list(words)[:MOST_WORDS])


def readings_of(question: str, languages: tuple[str, ...], *, is_loose: bool = False) -> tuple[Reading, ...]:
    """How a question reads in these languages; those in which it asks for the same share a reading.

    ``is_loose``: a passage needs but one of the words, or one that begins like it. No reading: there is no word in it.
    """
    same: dict[tuple[Term, ...], list[str]] = {}
    for language in languages:
        terms = terms_of(question, language, is_loose=is_loose)
        if terms:
            same.setdefault(terms, []).append(language)
    return tuple(Reading(tuple(found), terms, is_loose) for terms, found in same.items())


def term_met(word: str, terms: tuple[Term, ...]) -> Term | None:
    """The term that a word of a text meets, if any; the word as :func:`words_of` gives it."""
    return next(
        (term for term in terms if word == term.word or (term.is_beginning and word.startswith(term.word))), None
    )
