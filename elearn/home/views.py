"""The home page, and the competence in all of one's courses."""

from flask import Blueprint

from elearn.assessment.queries import all_marked_attempts, marked_attempts
from elearn.certificates.pages import certificate_row
from elearn.certificates.queries import certificates_of
from elearn.core.clock import now as clock
from elearn.home.map import competence_html
from elearn.home.pages import home_html, in_front
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
    person_id, now = identity().person_id, clock()
    learning = all_learning_of(session(), person_id)
    front = in_front(learning)
    mine = [(course_of(session(), found), found) for found in learning]
    attempts = marked_attempts(session(), front.enrolment_id) if front is not None else []
    held = [certificate_row(found, now=now) for found in certificates_of(session(), person_id)]
    return home_html(mine, attempts, held, now=now)


@home_views.get("/competence")
@needs(Permission.LEARN)
def competence() -> str:
    """How sure one is of each module of one's courses."""
    person_id = identity().person_id
    mine = [(course_of(session(), found), found) for found in all_learning_of(session(), person_id)]
    return competence_html(mine, all_marked_attempts(session(), person_id))
