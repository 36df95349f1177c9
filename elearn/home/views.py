"""The home page, and the competence in all of one's courses."""

from flask import Blueprint, render_template

from elearn.assessment.queries import all_marked_attempts, marked_attempts
from elearn.certificates.pages import certificate_row
from elearn.certificates.queries import certificates_of
from elearn.core.clock import now as clock
from elearn.home.pages import competence_page, home_page, in_front
from elearn.learning.queries import all_learning_of, course_of
from elearn.security.policy import Permission
from elearn.web.access import needs, signed_in
from elearn.web.identity import identity
from elearn.web.session import session

home_views = Blueprint("home", __name__)


@home_views.get("/")
@signed_in
def home() -> str:
    """Where one starts: what to go on with."""
    person = identity()
    now = clock()
    learning = all_learning_of(session(), person.person_id)
    front = in_front(learning)
    mine = [(course_of(session(), found), found) for found in learning]
    attempts = marked_attempts(session(), front.enrolment_id) if front is not None else []
    held = [certificate_row(found, now=now) for found in certificates_of(session(), person.person_id)]
    page = home_page(person.full_name.split()[0], mine, attempts, held, now=now)
    return render_template("home/home.html", page=page)


@home_views.get("/competence")
@needs(Permission.LEARN)
def competence() -> str:
    """How sure one is of each module of one's courses."""
    person_id = identity().person_id
    mine = [(course_of(session(), found), found) for found in all_learning_of(session(), person_id)]
    page = competence_page(mine, all_marked_attempts(session(), person_id))
    return render_template("home/competence.html", page=page)
