"""Courses, lessons and enrolment."""

from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.accounts.models import Person
from elearn.catalogue.queries import compiled_course, current_release, current_releases
from elearn.core.clock import now as clock
from elearn.learning.cards import CoursesPage, course_card
from elearn.learning.overview import course_html
from elearn.learning.pages import glossary_page
from elearn.learning.queries import all_learning_of, course_of, learning_of, required_learning
from elearn.learning.reader import following_href, section_html
from elearn.learning.rules import AlreadyEnrolled, NotEnrolled, OutcomeKind, place_of, reading_id, resume_at
from elearn.learning.services import enrol, record_outcome, remember_place
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.after import remember
from elearn.web.identity import identity
from elearn.web.session import commit, session
from elearn.web.shell import shell

learning = Blueprint("learning", __name__)


@learning.get("/courses")
@needs(Permission.LEARN)
def courses() -> str:
    """The catalogue: every course, and where one stands in it."""
    mine = {found.slug: found for found in all_learning_of(session(), identity().person_id)}
    cards = []
    for release in current_releases(session()):
        found = mine.get(release.slug)
        course = (
            course_of(session(), found)
            if found is not None
            else compiled_course(session(), release.release_id, release.digest)
        )
        cards.append(course_card(course, found))
    return render_template("learning/courses.html", page=CoursesPage(shell(), tuple(cards)))


@learning.get("/courses/<slug>")
@needs(Permission.LEARN)
def course(slug: str) -> str:
    """A course: its rule, its outline, and where one stands."""
    found = learning_of(session(), identity().person_id, slug)
    if found is not None:
        return course_html(course_of(session(), found), found.release_id, found, now=clock())
    release = current_release(session(), slug)
    compiled = compiled_course(session(), release.release_id, release.digest)
    return course_html(compiled, release.release_id, None, now=clock())


@learning.post("/courses/<slug>/enrol")
@needs(Permission.LEARN)
def enrol_in(slug: str) -> Response:
    """Enrol oneself; pressed twice, one is enrolled once."""
    release = current_release(session(), slug)
    person = session().get_one(Person, identity().person_id)
    try:
        enrol(session(), person, release, now=clock())
    except AlreadyEnrolled:
        return redirect(f"/courses/{slug}")
    commit()
    return redirect(f"/courses/{slug}/resume")


@learning.get("/courses/<slug>/resume")
@needs(Permission.LEARN)
def resume(slug: str) -> Response:
    """Go on where one stopped, on whatever device that was."""
    found = required_learning(session(), identity().person_id, slug)
    place = resume_at(course_of(session(), found), found.tally, found.place)
    return redirect(f"/courses/{slug}/{place.unit}")


@learning.get("/courses/<slug>/glossary")
@needs(Permission.LEARN)
def glossary(slug: str) -> str:
    """The words of a course."""
    found = learning_of(session(), identity().person_id, slug)
    if found is not None:
        return render_template("learning/glossary.html", page=glossary_page(course_of(session(), found)))
    release = current_release(session(), slug)
    compiled = compiled_course(session(), release.release_id, release.digest)
    return render_template("learning/glossary.html", page=glossary_page(compiled))


@learning.get("/courses/<slug>/<module_id>")
@needs(Permission.LEARN)
def module(slug: str, module_id: str) -> Response:
    """A module's address leads to its opening page."""
    found = required_learning(session(), identity().person_id, slug)
    place = place_of(course_of(session(), found), module_id, "opening")
    return redirect(f"/courses/{slug}/{place.unit}")


@learning.get("/courses/<slug>/<module_id>/<section_id>")
@needs(Permission.LEARN)
def section(slug: str, module_id: str, section_id: str) -> str | Response:
    """A section in the reader; the place is remembered after the page is made."""
    found = required_learning(session(), identity().person_id, slug)
    course = course_of(session(), found)
    place = place_of(course, module_id, section_id)
    if found.place != place.unit and request.method == "GET":
        remember(lambda later: remember_place(later, found.enrolment_id, place.unit))
    return section_html(course, found, place)


@learning.post("/courses/<slug>/<module_id>/<section_id>/read")
@needs(Permission.LEARN)
def read(slug: str, module_id: str, section_id: str) -> Response:
    """The section was read to its end: record it and go on."""
    found = required_learning(session(), identity().person_id, slug)
    course = course_of(session(), found)
    place = place_of(course, module_id, section_id)
    record_outcome(
        session(),
        found.enrolment_id,
        client_id=reading_id(found.enrolment_id, place.unit),
        kind=OutcomeKind.SECTION_READ,
        unit=place.unit,
        now=clock(),
    )
    commit()
    return redirect(following_href(course, found, place))


@learning.app_errorhandler(NotEnrolled)
def to_the_course(refusal: NotEnrolled) -> Response:
    """Whoever is not enrolled is led to where one enrols."""
    slug = (request.view_args or {})["slug"]  # as somebody typed it: there may be no such course
    return redirect(f"/courses/{quote(slug, safe='')}")
