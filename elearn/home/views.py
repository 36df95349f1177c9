"""The home page."""

from flask import Blueprint, render_template

from elearn.certificates.pages import certificate_row
from elearn.certificates.queries import certificates_of
from elearn.core.clock import now as clock
from elearn.home.pages import home_page
from elearn.learning.queries import all_learning_of, course_of
from elearn.web.access import signed_in
from elearn.web.identity import identity
from elearn.web.session import session

home_views = Blueprint("home", __name__)


@home_views.get("/")
@signed_in
def home() -> str:
    """Where one starts: what to go on with."""
    person = identity()
    now = clock()
    mine = [(course_of(session(), found), found) for found in all_learning_of(session(), person.person_id)]
    held = [certificate_row(found, now=now) for found in certificates_of(session(), person.person_id)]
    return render_template("home/home.html", page=home_page(person.full_name.split()[0], mine, held, now=now))
