"""How complete each language is."""

from flask import Blueprint, render_template

from elearn.authoring.language_pages import languages_page
from elearn.catalogue.queries import compiled_courses, current_releases
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.session import release, session

languages = Blueprint("languages", __name__)


@languages.get("/write/languages")
@needs(Permission.WRITE_COURSES)
def state_of_languages() -> str:
    """The words of the site and the courses, by language: what is translated, reviewed, missing, stale."""
    current = current_releases(session())
    courses = compiled_courses(session(), {each.release_id: each.digest for each in current})
    release()
    page = languages_page([courses[each.release_id] for each in current])
    return render_template("authoring/languages.html", page=page)
