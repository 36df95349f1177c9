"""What becomes of a note when it is saved. Pure.

The last save wins. If it comes from a page that did not know what it replaced (another device saved meanwhile), what
stood there is kept as an earlier text, so that nothing anybody wrote is lost without their doing.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from elearn.core.refusals import Conflict, Invalid, NotFound

LONGEST_NOTE = 4_000  # characters
MOST_EARLIER = 20  # texts that were replaced unseen and not looked at yet
LONGEST_TITLE = 300
LONGEST_WORDS = 200  # characters looked for


class NoteTooLong(Invalid):
    """A note has more characters than one may have."""

    message = "A note has at most 4,000 characters; this one would have %(count)s. Shorten it and save it again."


class TooManyEarlier(Conflict):
    """The note was replaced from several devices again and again, and nobody looked at what it said before."""

    message = "Several devices have replaced this note 20 times. Look through its earlier texts first."


class MalformedNote(Invalid):
    """A script sent something that is no note."""

    message = "This is not a note. Load the page again."


class NoSuchEarlier(NotFound):
    """The earlier text is not there any more."""

    message = "This earlier text is not there any more."


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a note said before a save from a page that did not know it."""

    text: str
    saved_at: datetime

    @property
    def key(self) -> str:
        """What a form calls it."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Written:
    """A note as it stands. ``revision`` is the id of the save that made it, given by the client."""

    text: str
    revision: UUID
    saved_at: datetime
    earlier: tuple[Earlier, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing left to keep."""
        return not self.text and not self.earlier


def clean_note(text: str) -> str:
    """A text that every database and page can hold: line ends as one sign, no control characters, no space at the end.

    Raises NoteTooLong.
    """
    whole = text.encode("utf-8", "ignore").decode().replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in whole if letter in "\n\t" or (ord(letter) >= 32 and letter != "\x7f"))
    kept = kept.rstrip()
    if len(kept) > LONGEST_NOTE:
        raise NoteTooLong(count=f"{len(kept):,}")
    return kept


def rewritten(before: Written | None, text: str, *, seen: Collection[UUID], revision: UUID, now: datetime) -> Written:
    """The note after a save of ``text`` by a page that knew the revisions ``seen``.

    The same save, or the same text, again changes nothing. Raises TooManyEarlier.
    """
    if before is None:
        return Written(text, revision, now)
    if revision == before.revision or text == before.text:
        return before
    earlier = before.earlier
    if before.text and before.revision not in seen:
        earlier = (*earlier, Earlier(before.text, before.saved_at))
    earlier = _not_said_in(text, earlier)
    if len(earlier) > MOST_EARLIER:
        raise TooManyEarlier
    return Written(text, revision, now, earlier)


def with_earlier(before: Written, key: str, *, revision: UUID, now: datetime) -> Written:
    """The note with one of its earlier texts added at its end. Raises NoSuchEarlier, NoteTooLong."""
    found = _earlier_of(before, key)
    text = clean_note(f"{before.text}\n\n{found.text}" if before.text else found.text)
    return Written(text, revision, now, _not_said_in(text, before.earlier))


def without_earlier(before: Written, key: str) -> Written:
    """The note without one of its earlier texts. Raises NoSuchEarlier."""
    found = _earlier_of(before, key)
    return replace(before, earlier=tuple(each for each in before.earlier if each.key != found.key))


def _earlier_of(before: Written, key: str) -> Earlier:
    for each in before.earlier:
        if each.key == key:
            return each
    raise NoSuchEarlier


def _not_said_in(text: str, earlier: Iterable[Earlier]) -> tuple[Earlier, ...]:
    """The texts that stand neither in ``text`` nor in another of them; of equal ones the newest."""
    found: list[Earlier] = []
    for each in earlier:
        if each.text in text:
            continue
        found = [other for other in found if other.text not in each.text]
        if not any(each.text in other.text for other in found):
            found.append(each)
    return tuple(found)


def clean_words(text: str) -> str:
    """Words that somebody looks for, on one line, as a page can show them again."""
    whole = text[:LONGEST_WORDS].encode("utf-8", "ignore").decode()
    return " ".join("".join(letter if letter.isprintable() else " " for letter in whole).split())


def matches(words: str, *texts: str) -> bool:
    """Whether every one of the words stands somewhere in the texts, in capitals or not; ё is е."""
    whole = _folded("\n".join(texts))
    return all(word in whole for word in _folded(words).split())


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е")
