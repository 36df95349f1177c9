"""The note and the bookmark on the page of a section: the slots and choices that the reader fills in."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from flask import render_template

from elearn.learning.queries import Learning
from elearn.learning.rules import Place
from elearn.markup.safe import drawn
from elearn.notes.pages import earlier_texts, saved_words
from elearn.notes.queries import on_section
from elearn.web.i18n import gettext
from elearn.web.identity import identity
from elearn.web.session import reading
from elearn.web.shell import shell

NOTED, BOOKMARKED = "noted", "bookmarked"


def note_on_section(learning: Learning, place: Place) -> tuple[AbstractSet[str], Mapping[str, str]]:
    """What a reader has on a section. ``note owner`` tells whose texts a browser keeps that could not be sent."""
    found = on_section(reading(), learning.enrolment_id, place.unit)
    note = found.note
    earlier = ""
    if note is not None and note.earlier:
        action = f"/courses/{learning.slug}/{place.unit}/note/earlier"
        shown = earlier_texts(note.earlier)
        earlier = drawn(render_template("notes/earlier.html", shell=shell(), texts=shown, action=action, back=""))
    state = {NOTED} if note is not None else set()
    if found.is_bookmarked:
        state.add(BOOKMARKED)
    return state, {
        "note text": note.text if note is not None else "",
        "note seen": str(note.revision) if note is not None else "",
        "note saved": gettext("Saved on %(instant)s", instant=saved_words(note)) if note is not None else "",
        "note earlier": earlier,
        "note owner": identity().public_id,
    }
