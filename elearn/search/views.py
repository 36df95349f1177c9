"""The search page."""

from flask import Blueprint, current_app, render_template, request

from elearn.catalogue.queries import compiled_courses
from elearn.search.pages import search_page, shown_page
from elearn.search.queries import hits
from elearn.search.rules import LONGEST_QUESTION, MOST_HITS, arranged, page_of, question_of
from elearn.search.words import readings_of
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.i18n import NAMES, language
from elearn.web.identity import identity
from elearn.web.session import session

search = Blueprint("search", __name__)


@search.get("/search")
@needs(Permission.LEARN)
def results() -> str:
    """What the courses one may read say on a question; if nothing has all its words, what has some of them."""
    question = question_of(request.args.get("q", ""))
    offered: tuple[str, ...] = current_app.config["LANGUAGES"]
    person_id = identity().person_id
    found = hits(session(), readings_of(question, tuple(NAMES)), person_id=person_id, offered=offered)
    is_loose = not found
    if is_loose:
        loose = readings_of(question, tuple(NAMES), is_loose=True)
        found = hits(session(), loose, person_id=person_id, offered=offered)
    shown = arranged(found[:MOST_HITS], language())
    page = shown_page(shown, request.args.get("page", 1, type=int))
    releases = {hit.release_id: hit.digest for hit in page_of(shown, page)}
    courses = compiled_courses(session(), releases)
    return render_template(
        "search/results.html",
        page=search_page(
            question,
            shown,
            courses,
            page=page,
            is_loose=is_loose,
            is_cut=len(found) > MOST_HITS,
            longest_question=LONGEST_QUESTION,
        ),
    )
