"""The piece of a passage that shows why it was found, with the words of the question marked. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from elearn.search.passages import Part
from elearn.search.words import Term, term_met, words_of

LENGTH = 240  # characters of a snippet, about
LEAD = 60  # of them before the first word found


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; ``is_found``: a word of the question."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """The best piece of a passage, and the part of the section it stands in, if the words are in one."""

    pieces: tuple[Piece, ...]
    anchor: str | None


@dataclass(frozen=True, slots=True)
class _Find:
    start: int
    end: int
    term: Term


def marked(text: str, terms: tuple[Term, ...], language: str) -> tuple[Piece, ...]:
    """A text with the words of the question marked."""
    return tuple(_cut(text, 0, len(text), _finds(text, terms, language)))


def snippet_of(parts: Sequence[Part], terms: tuple[Term, ...], language: str) -> Snippet:
    """Where the most different words of the question stand together, the first such place; else how the text begins.

    Words in the title of a part count for that part.
    """
    best, best_count = Snippet((), None), -1
    for part in parts:
        finds = _finds(part.text, terms, language)
        in_title = {find.term for find in _finds(part.title, terms, language)}
        first, count = _densest(finds)
        count += len(in_title - {find.term for find in finds})
        if count > best_count and (part.text or in_title):
            start = finds[first].start if finds else 0
            best_count = count
            best = Snippet(_around(part.text or part.title, start, finds), part.anchor if count else None)
    return best


def _finds(text: str, terms: tuple[Term, ...], language: str) -> list[_Find]:
    found = ((term_met(word, terms), start, end) for word, start, end in words_of(text, language))
    return [_Find(start, end, term) for term, start, end in found if term is not None]


def _densest(finds: Sequence[_Find]) -> tuple[int, int]:
    """Which find to begin with so that the most different terms follow closely, and how many those are."""
    best, best_count, last = 0, 0, 0
    for first, find in enumerate(finds):
        while last < len(finds) and finds[last].end <= find.start + LENGTH - LEAD:
            last += 1
        count = len({each.term for each in finds[first:last]})
        if count > best_count:
            best, best_count = first, count
    return best, best_count


def _around(text: str, at: int, finds: Sequence[_Find]) -> tuple[Piece, ...]:
    """About ``LENGTH`` characters of a text around a place, cut between words."""
    start = max(0, min(at - LEAD, len(text) - LENGTH))
    if start:
        start = text.find(" ", start, at) + 1 or at
    end = start + LENGTH
    if end < len(text):
        end = max(text.rfind(" ", start, end), start) if " " in text[start:end] else end
    end = min(end, len(text))
    pieces = list(_cut(text, start, end, finds))
    before = [Piece("…\u00a0", False)] if start else []
    after = [Piece("\u00a0…", False)] if end < len(text) else []
    return (*before, *pieces, *after)


def _cut(text: str, start: int, end: int, finds: Sequence[_Find]) -> Iterator[Piece]:
    at = start
    for find in finds:
        if start <= find.start and find.end <= end:
            if find.start > at:
                yield Piece(text[at : find.start], False)
            yield Piece(text[find.start : find.end], True)
            at = find.end
    if at < end:
        yield Piece(text[at:end], False)
