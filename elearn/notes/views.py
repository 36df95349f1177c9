"""Notes and bookmarks: on a section of the reader, and all of one's own in one place."""

from flask import Blueprint, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.content.course import Course
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_client_id
from elearn.core.refusals import Refusal
from elearn.learning.queries import Learning, all_learning_of, course_of, required_learning
from elearn.learning.rules import place_of
from elearn.notes.forms import seen_in_form, sent_note
from elearn.notes.pages import course_notes, markdown, notes_page, title_of
from elearn.notes.queries import bookmarks_of, notes_of
from elearn.notes.rules import clean_words
from elearn.notes.services import (
    add_earlier,
    delete_note,
    discard_earlier,
    remove_bookmark,
    save_note,
    set_bookmark,
)
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.downloads import download
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import clock_time
from elearn.web.identity import identity
from elearn.web.redirects import local_path
from elearn.web.session import commit, session

notes = Blueprint("notes", __name__)


@notes.post("/courses/<slug>/<module_id>/<section_id>/note")
@needs(Permission.LEARN)
def write(slug: str, module_id: str, section_id: str) -> Response:
    """Save the note that a form sends."""
    found = required_learning(session(), identity().person_id, slug)
    course = course_of(session(), found)
    place = place_of(course, module_id, section_id)
    save_note(
        session(),
        found.enrolment_id,
        place.unit,
        request.form.get("text", ""),
        title=title_of(course, place),
        seen=seen_in_form(),
        revision=new_client_id(),
        now=clock(),
    )
    commit()
    return redirect(f"/courses/{slug}/{place.unit}#note", 303)


@notes.put("/courses/<slug>/<module_id>/<section_id>/note")
@needs(Permission.LEARN)
def autosave(slug: str, module_id: str, section_id: str) -> Response | tuple[Response, int]:
    """Save the note that a script sends: see ``forms.sent_note`` -> ``{"saved_at": "14:46", "revision", "earlier"}``.

    ``earlier`` counts the earlier texts there are now.
    """
    try:
        sent = sent_note()
        found = required_learning(session(), identity().person_id, slug)
        course = course_of(session(), found)
        place = place_of(course, module_id, section_id)
        made = save_note(
            session(),
            found.enrolment_id,
            place.unit,
            sent.text,
            title=title_of(course, place),
            seen=sent.seen,
            revision=sent.revision,
            now=clock(),
        )
        commit()
    except Refusal as refusal:
        return jsonify(message=refusal_text(refusal)), status_of(refusal)
    return jsonify(saved_at=clock_time(made.saved_at), revision=str(made.revision), earlier=len(made.earlier))


@notes.post("/courses/<slug>/<module_id>/<section_id>/note/earlier")
@needs(Permission.LEARN)
def settle(slug: str, module_id: str, section_id: str) -> Response:
    """Add an earlier text to the note, or throw it away."""
    found, unit = _own(slug, module_id, section_id)
    key = request.form.get("key", "")
    if request.form.get("do") == "add":
        add_earlier(session(), found.enrolment_id, unit, key, now=clock())
    else:
        discard_earlier(session(), found.enrolment_id, unit, key)
    commit()
    return _back(slug, unit)


@notes.post("/courses/<slug>/<module_id>/<section_id>/note/delete")
@needs(Permission.LEARN)
def delete(slug: str, module_id: str, section_id: str) -> Response:
    """Delete a note, also one on a section that is gone."""
    found, unit = _own(slug, module_id, section_id)
    delete_note(session(), found.enrolment_id, unit)
    commit()
    return _back(slug, unit)


@notes.post("/courses/<slug>/<module_id>/<section_id>/bookmark")
@needs(Permission.LEARN)
def bookmark(slug: str, module_id: str, section_id: str) -> Response:
    """Set a bookmark (``on`` is 1), or take it away, also from a section that is gone."""
    found, unit = _own(slug, module_id, section_id)
    if request.form.get("on") == "1":
        course = course_of(session(), found)
        place = place_of(course, module_id, section_id)
        set_bookmark(session(), found.enrolment_id, unit, title=title_of(course, place), now=clock())
    else:
        remove_bookmark(session(), found.enrolment_id, unit)
    commit()
    return _back(slug, unit, "")


@notes.get("/notes")
@needs(Permission.LEARN)
def mine() -> str:
    """One's own notes and bookmarks, by course."""
    words = clean_words(request.args.get("q", ""))
    person_id = identity().person_id
    noted, marked = notes_of(session(), person_id), bookmarks_of(session(), person_id)
    courses = _courses({kept.enrolment_id for kept in (*noted, *marked)})
    return render_template("notes/notes.html", page=notes_page(courses, noted, marked, words))


@notes.get("/notes.md")
@needs(Permission.LEARN)
def export() -> Response:
    """One's own notes and bookmarks as a Markdown file to keep."""
    person_id = identity().person_id
    noted, marked = notes_of(session(), person_id), bookmarks_of(session(), person_id)
    courses = _courses({kept.enrolment_id for kept in (*noted, *marked)})
    made = tuple(course_notes(courses, noted, marked))
    text = markdown(made, site=current_app.config["PUBLIC_URL"] or "", now=clock())
    return download("notes.md", "text/markdown; charset=utf-8", text.encode())


def _courses(enrolment_ids: set[int]) -> list[tuple[Course, Learning]]:
    """The courses of these enrolments, the last active first."""
    mine = all_learning_of(session(), identity().person_id)
    return [(course_of(session(), found), found) for found in mine if found.enrolment_id in enrolment_ids]


def _own(slug: str, module_id: str, section_id: str) -> tuple[Learning, str]:
    """One's own enrolment and the id of a section, which need not be there any more."""
    return required_learning(session(), identity().person_id, slug), f"{module_id}/{section_id}"


def _back(slug: str, unit: str, anchor: str = "#note") -> Response:
    """To where the form stood: the list of notes, or the section."""
    return redirect(local_path(request.form.get("back"), f"/courses/{slug}/{unit}{anchor}"), 303)
