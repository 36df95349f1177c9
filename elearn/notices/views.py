"""What one was told, and the way to what it tells."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from elearn.core.clock import now as clock
from elearn.notices.pages import notices_page
from elearn.notices.queries import notice_of, notices_of
from elearn.notices.services import mark_read
from elearn.web.access import signed_in
from elearn.web.after import remember
from elearn.web.identity import identity
from elearn.web.session import commit, session

notices = Blueprint("notices", __name__)


@notices.get("/notices")
@signed_in
def mine() -> str:
    """Everything one was told in the last 180 days."""
    return render_template(
        "notices/notices.html", page=notices_page(notices_of(session(), identity().person_id, now=clock()))
    )


@notices.get("/notices/<public_id>")
@signed_in
def follow(public_id: str) -> Response:
    """Go to what a notice tells; that it was read is remembered afterwards, as the place in a lesson is."""
    now, person_id = clock(), identity().person_id
    found = notice_of(session(), person_id, public_id, now=now)
    if not found.is_read and request.method == "GET":
        remember(lambda later: mark_read(later, person_id, public_id=public_id, now=now))
    return redirect(found.href)


@notices.post("/notices/read")
@signed_in
def read() -> Response:
    """Mark everything as read."""
    mark_read(session(), identity().person_id, now=clock())
    commit()
    return redirect(url_for("notices.mine"), 303)
