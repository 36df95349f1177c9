"""The audit log for administrators over everything, and noting whom pages were refused to."""

from flask import Blueprint, current_app, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from elearn.audit.queries import all_events, events_before
from elearn.audit.rules import Act, Kind, Thing
from elearn.audit.services import record
from elearn.core.clock import now as clock
from elearn.oversight.forms import LogForm, log_form
from elearn.oversight.pages import CSV_HEAD, PAGE_SIZE, act_choices, audit_page, csv_rows, refused_page
from elearn.oversight.queries import names_in, wanted_events
from elearn.oversight.rules import before_of
from elearn.security.policy import Permission, words_of
from elearn.web.access import PUBLIC, declared_access, needs
from elearn.web.exporting import record_export
from elearn.web.i18n import separator, zone
from elearn.web.identity import identity_or_none
from elearn.web.session import database, release, session
from elearn.web.spreadsheets import attachment, csv_file

oversight = Blueprint("oversight", __name__)
Answer = str | Response | tuple[str, int]

NAMING = ("slug", "public_id", "quiz_id", "kind")
"""Parts of addresses that name what was asked for. Others may be secrets, such as the token of an invitation."""
LASTING = ("/people/", "/attempts/")
"""Addresses that begin so name people and attempts by their ``public_id``. These stay: what is not there for somebody
is another's, and not merely gone."""


@oversight.get("/audit")
@needs(Permission.SEE_AUDIT)
def log() -> Answer:
    """The events that the address asks for, the newest first."""
    form = log_form(act_choices())
    if not form.validate():
        return _refused(form)
    asked, before = form.asked(), before_of(request.args.get("before", ""))
    links = events_before(session(), wanted_events(session(), asked, zone()), before=before, limit=PAGE_SIZE + 1)
    page = audit_page(form, asked, links, names_in(session(), links), is_newest=before is None)
    return render_template("oversight/log.html", page=page)


@oversight.get("/audit.csv")
@needs(Permission.SEE_AUDIT)
def log_file() -> Answer:
    """Every event that the address asks for, in the order of the chain, as a file; taking it is an event, too."""
    form = log_form(act_choices())
    if not form.validate():
        return _refused(form)
    now = clock()
    wanted = wanted_events(session(), form.asked(), zone())
    rows = csv_rows(session(), all_events(session(), wanted), zone())
    file = csv_file(CSV_HEAD, rows, separator=separator())
    record_export(Thing(Kind.FILE, "audit.csv"), now=now, file=file)
    return attachment(file, "csv", "audit", now.astimezone(zone()).date())


def _refused(form: LogForm) -> Answer:
    """The filters with what is wrong with them, and no events: those that were meant are not known."""
    return render_template("oversight/log.html", page=refused_page(form)), 422


@oversight.after_app_request
def note_refusal(response: Response) -> Response:
    """Put down that somebody signed in was refused a page; nobody waits for it, and a fault changes no answer.

    What is out of one's reach is answered as if it were not there; nobody guesses such an id, so it was somebody's.
    """
    endpoint, view_args = request.endpoint, request.view_args or {}
    is_hidden = response.status_code == 404 and "public_id" in view_args and request.path.startswith(LASTING)
    if not (response.status_code == 403 or is_hidden) or endpoint is None:
        return response
    if declared_access(current_app, endpoint) == PUBLIC:
        return response
    person = identity_or_none()
    if person is None:
        return response
    named = {name: str(value) for name, value in view_args.items() if name in NAMING}
    release()  # what was refused is undone, and two transactions at once would wait for each other
    try:
        with database().writing() as noting:
            page = Thing(Kind.PAGE, endpoint)
            told = {"method": request.method, **named}
            roles = words_of(person.grants)
            record(noting, Act.ACCESS_REFUSED, page, actor=person.person_id, now=clock(), roles=roles, **told)
            noting.commit()
    except SQLAlchemyError:
        current_app.logger.exception("that %s was refused could not be put down", endpoint)
    return response
