"""People from a file, in two steps: it is read and shown row by row, then those who are new are added."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from elearn.accounts.blueprint import Answer, acting, site_settings
from elearn.accounts.importing.forms import AddForm, ImportForm
from elearn.accounts.importing.pages import done_words, import_page, look_page
from elearn.accounts.importing.services import import_people, plan_import
from elearn.accounts.importing.sheets import LARGEST, SheetTooLarge
from elearn.core.clock import now as clock
from elearn.core.packing import packed, unpacked
from elearn.core.refusals import Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import gettext
from elearn.web.lanes import large, longest_body, slow
from elearn.web.scanned import check_upload
from elearn.web.session import commit, database, release, session

importing = Blueprint("importing", __name__)

ROOM = 96 * 1024  # bytes of the second form for what goes with the file: its token and the rows that are ticked


@importing.get("/people/import")
@needs(Permission.MANAGE_PEOPLE)
def start() -> Answer:
    """The form that takes a file; after an import, what that did."""
    added, joined = (request.args.get(name, type=int) for name in ("added", "joined"))
    done = done_words(max(0, added), max(0, joined or 0)) if added is not None else None
    return _answer(ImportForm(), done=done)


@importing.post("/people/import")
@needs(Permission.MANAGE_PEOPLE)
@slow
@large
def look() -> Answer:
    """What a file would do, row by row; nothing is kept."""
    actor = acting()
    form = ImportForm.sent()
    sent = request.files.get("file")
    release()  # reading a file takes long, and nobody else could write meanwhile
    if sent is None or not sent.filename:
        form.file.errors = [gettext("Choose the file with the people.")]
        return _answer(form), 422
    data = sent.read()
    try:
        check_upload(data, now=clock())
        if len(packed(data)) > _limit() - ROOM:
            raise SheetTooLarge
        with database().reading() as reading:
            plan = plan_import(reading, data, languages=site_settings().languages, actor=actor)
    except Refusal as refusal:
        return _answer(form, refusal=refusal), status_of(refusal)
    return render_template("accounts/people_import_look.html", page=look_page(plan, data))


@importing.post("/people/import/add")
@needs(Permission.MANAGE_PEOPLE)
@slow
@large
def add() -> Answer:
    """Add the people of the file that was looked at."""
    form, actor = AddForm.sent(), acting()
    try:
        data = unpacked(form.file.data or "", LARGEST)
        check_upload(data, now=clock())
        done = import_people(
            session(), data, also=form.also_rows(), languages=site_settings().languages, actor=actor, now=clock()
        )
        commit()
    except Refusal as refusal:
        session().rollback()
        return _answer(ImportForm(), refusal=refusal), status_of(refusal)
    return redirect(url_for("importing.start", added=done.added, joined=done.joined), 303)


def _answer(form: ImportForm, *, refusal: Refusal | None = None, done: str | None = None) -> str:
    said = refusal_text(refusal) if refusal is not None else None
    page = import_page(form, limit_bytes=_limit(), refusal=said, done=done)
    return render_template("accounts/people_import.html", page=page)


def _limit() -> int:
    """How many bytes a form with a file may have."""
    return longest_body(current_app, look)
