"""Question banks of other systems into a course, and its quizzes and pools out of it.

An import has two steps: the file is read and shown as the pool that it will be, then it is added. Nothing lies on the
server between them: the second form carries the file itself (packed), which is read again. What came of it could be
sent back as well, but would have to be trusted or checked anew, and its pictures sent beside it.
"""

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.audit.rules import Kind, Thing
from elearn.authoring.bank_forms import AddForm, ImportForm
from elearn.authoring.bank_pages import export_page, import_page, look_page
from elearn.authoring.bank_rules import (
    BankEmpty,
    BankTooLarge,
    Import,
    checked_pool_name,
    download_name,
    exported_bank,
    pool_name,
    read_import,
    unpacked_bank,
)
from elearn.authoring.compiling import compiled_draft
from elearn.authoring.queries import WrittenCourse, written_course
from elearn.authoring.rules import checked_new_path, checked_text
from elearn.authoring.services import add_pool
from elearn.banks.formats import ENDINGS, Writable, write_bank
from elearn.banks.model import Loss
from elearn.core.clock import now as clock
from elearn.core.packing import packed
from elearn.core.refusals import Conflict, Invalid, Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.exporting import record_export
from elearn.web.i18n import gettext
from elearn.web.identity import identity
from elearn.web.lanes import large, longest_body, slow
from elearn.web.scanned import check_upload
from elearn.web.session import commit, database, release, session

banks = Blueprint("banks", __name__)

Answer = str | Response | tuple[str, int]
ROOM = 4_096  # bytes of a form for what goes with a file
MEDIA_TYPES = {
    Writable.GIFT: "text/plain; charset=utf-8",
    Writable.MOODLE: "application/xml; charset=utf-8",
    Writable.QTI: "application/zip",
}


# ---- In ----


@banks.get("/write/<slug>/import")
@needs(Permission.WRITE_COURSES)
def start_import(slug: str) -> Answer:
    """The form that reads a bank."""
    return _import_answer(slug, ImportForm())


@banks.post("/write/<slug>/import")
@needs(Permission.WRITE_COURSES)
@slow
@large
def look(slug: str) -> Answer:
    """A bank as the pool that it will be; nothing is kept."""
    form = ImportForm.sent()
    sent = request.files.get("file")
    release()
    written = _written(slug)
    if sent is None or not sent.filename:
        form.file.errors = [gettext("Choose the file with the questions.")]
        return _import_answer(slug, form, status=422)
    data = sent.read()
    try:
        check_upload(data, now=clock())
        if len(packed(data)) > _limit() - ROOM:
            raise BankTooLarge
        name = pool_name(form.name.data or "", sent.filename)
        made = _made(written, data, file_name=sent.filename, chosen=form.form.data or "", name=name)
        if not made.bank.questions:
            return _import_answer(slug, form, refusal=BankEmpty(), losses=made.bank.losses)
        checked_new_path(made.path, written.files)
        checked_text(made.text)
    except (Conflict, Invalid) as refusal:
        return _import_answer(slug, form, refusal=refusal)
    draft = compiled_draft(slug, {**written.sources, made.path: made.text.encode(), **made.pictures})
    return render_template("authoring/look.html", page=look_page(slug, written.title, made, data, draft))


@banks.post("/write/<slug>/import/add")
@needs(Permission.WRITE_COURSES)
@slow
@large
def add(slug: str) -> Answer:
    """Add the pool that was looked at."""
    form, person_id = AddForm.sent(), identity().person_id
    release()
    written = _written(slug)
    name = form.name.data or ""
    try:
        data = unpacked_bank(form.bank.data or "")
        check_upload(data, now=clock())
        made = _made(written, data, file_name="", chosen=form.form.data or "", name=checked_pool_name(name))
        if not made.bank.questions:
            raise BankEmpty
        add_pool(session(), slug, made.path, made.text, made.pictures, actor_id=person_id, now=clock())
        commit()
    except (Conflict, Invalid) as refusal:
        return _import_answer(slug, ImportForm(data={"name": name}), refusal=refusal)
    return redirect(f"/write/{slug}/files/{made.path}", 303)


def _made(written: WrittenCourse, data: bytes, *, file_name: str, chosen: str, name: str) -> Import:
    return read_import(data, file_name=file_name, chosen=chosen, name=name, sources=written.sources)


def _import_answer(
    slug: str, form: ImportForm, *, refusal: Refusal | None = None, losses: tuple[Loss, ...] = (), status: int = 200
) -> Answer:
    release()
    written = _written(slug)
    said = refusal_text(refusal) if refusal is not None else None
    page = import_page(slug, written.title, form, limit_bytes=_limit(), refusal=said, losses=losses)
    return render_template("authoring/import.html", page=page), status_of(refusal) if refusal is not None else status


def _limit() -> int:
    """How many bytes a form with a file may have."""
    return longest_body(current_app, look)


# ---- Out ----


@banks.get("/write/<slug>/export")
@needs(Permission.WRITE_COURSES)
def export(slug: str) -> str:
    """What each format cannot hold of a quiz or a pool, with the download of each."""
    path = request.args.get("file", "")
    release()
    written = _written(slug)
    bank = exported_bank(path, written.sources)
    losses = {form: write_bank(bank, form)[1] for form in Writable}
    names = {form: download_name(slug, path, ENDINGS[form].removeprefix(".")) for form in Writable}
    return render_template("authoring/export.html", page=export_page(slug, written.title, path, bank, losses, names))


@banks.get("/write/<slug>/export/<any(gift,'moodle-xml',qti):form>/<path:path>")
@needs(Permission.WRITE_COURSES)
def export_file(slug: str, form: str, path: str) -> Response:
    """A quiz or a pool of the draft course as a file of another system."""
    release()
    source, wanted = f"{path}.md", Writable(form)
    data, _ = write_bank(exported_bank(source, _written(slug).sources), wanted)
    record_export(Thing(Kind.FILE, f"{slug}/{source}"), now=clock(), format=wanted.value)  # it holds keys
    response = Response(data, content_type=MEDIA_TYPES[wanted])
    name = download_name(slug, source, ENDINGS[wanted].removeprefix("."))
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(slug: str) -> WrittenCourse:
    """The draft course, read in a transaction of its own that is over when this returns."""
    with database().reading() as reading:
        return written_course(reading, slug)
