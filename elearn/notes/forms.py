"""The shape of what is sent: by a form, and by the script that saves a note while one writes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from elearn.notes.rules import MalformedNote

MOST_SEEN = 100  # revisions that a page names: those it sent since the last answer, and the one before


@dataclass(frozen=True, slots=True)
class SentNote:
    """A note that a script sends, the revisions its page knows, and its own id of this save."""

    text: str
    seen: frozenset[UUID]
    revision: UUID


def seen_in_form() -> frozenset[UUID]:
    """The revision that the page of a form was made from; none if there was no note, or the field was tampered with."""
    try:
        return frozenset({UUID(request.form.get("seen", ""))})
    except ValueError:
        return frozenset()


def sent_note() -> SentNote:
    """``{"text": TEXT, "seen": [UUID, …], "revision": UUID}``. Raises MalformedNote."""
    try:
        sent: Any = request.get_json(silent=True)
    except RecursionError as problem:  # brackets within brackets without end
        raise MalformedNote from problem
    if not isinstance(sent, dict):
        raise MalformedNote
    text, seen, revision = sent.get("text"), sent.get("seen"), sent.get("revision")
    if not isinstance(text, str) or not isinstance(revision, str) or not isinstance(seen, list):
        raise MalformedNote
    if len(seen) > MOST_SEEN or not all(isinstance(each, str) for each in seen):
        raise MalformedNote
    try:
        return SentNote(text, frozenset(UUID(each) for each in seen), UUID(revision))
    except ValueError:
        raise MalformedNote from None
