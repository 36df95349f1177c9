"""Writing courses: the list, a course with its files, the editor, publishing.

Compiling takes up to a second. No transaction is open meanwhile, and a text that is only looked at takes no lock.
"""

import re
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from elearn.assessment.by_hand.queries import waiting_count
from elearn.authoring.cases import case_page
from elearn.authoring.compiling import compilation_of, compiled_draft
from elearn.authoring.editor import EditorPage, editor_page
from elearn.authoring.forms import DraftsForm, EditForm, NewFileForm
from elearn.authoring.guide import guide_page
from elearn.authoring.pages import courses_page, write_course_page
from elearn.authoring.queries import WrittenCourse, listed_courses, versions_of, written_course
from elearn.authoring.rules import (
    EditedMeanwhile,
    NoSuchFile,
    Revision,
    checked_text,
    plain_lines,
    read_revision,
)
from elearn.authoring.services import add_file, discard_draft, discard_drafts, publish_drafts, save_draft
from elearn.authoring.style import style_page
from elearn.catalogue.rules import CourseHasErrors
from elearn.content.fixing import fix
from elearn.content.pictures import asset_named
from elearn.core.clock import now as clock
from elearn.core.refusals import Conflict, Invalid, NotFound, Refusal
from elearn.markup.safe import drawn
from elearn.mistakes.queries import open_count
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.downloads import content_named
from elearn.web.errors import refusal_text, status_of
from elearn.web.identity import identity
from elearn.web.lanes import large, slow
from elearn.web.session import commit, database, release, session

authoring = Blueprint("authoring", __name__)

Answer = str | Response | tuple[str, int]
_MEDIA = re.compile(r'(?:(?<=src=")|(?<=href=")|(?<=srcset=")|(?<=w, ))/media/(?=[0-9a-f]{64}\.)')
FRAGMENT = "X-Fragment"  # asks for the parts of the page that change, for a script to put in


@authoring.get("/write")
@needs(Permission.WRITE_COURSES)
def courses() -> str:
    """The courses, with who is changing what."""
    found = listed_courses(session())
    person_id = identity().person_id
    waiting = waiting_count(session(), person_id)
    page = courses_page(found, person_id, waiting_count=waiting, now=clock())
    return render_template("authoring/courses.html", page=page)


# ---- A course ----


@authoring.get("/write/how-questions-are-written")
@needs(Permission.WRITE_COURSES)
def guide() -> str:
    """How questions are written: every kind with an example and its settings."""
    release()
    return render_template("authoring/guide.html", page=guide_page())


@authoring.get("/write/style")
@needs(Permission.WRITE_COURSES)
def style() -> str:
    """Tokens and components as the site draws them, for developers."""
    return render_template("authoring/style.html", page=style_page())


@authoring.get("/write/<slug>")
@needs(Permission.WRITE_COURSES)
def course(slug: str) -> Answer:
    """A course: its files, problems and releases; publishing."""
    return _course_answer(slug, NewFileForm(), done=request.args.get("done"))


@authoring.post("/write/<slug>/publish")
@needs(Permission.PUBLISH_COURSES)
@slow
def publish(slug: str) -> Answer:
    """Publish the drafts as they were seen; pressed twice, one release is made."""
    person_id, digest = identity().person_id, DraftsForm.sent().digest.data or ""
    release()
    draft = compiled_draft(slug, _written(slug).sources)
    try:
        published = publish_drafts(
            session(), slug, digest=digest, compilation=compilation_of(draft), actor_id=person_id, now=clock()
        )
        commit()
    except (Conflict, CourseHasErrors) as refusal:
        return _course_answer(slug, NewFileForm(), refusal=refusal)
    return redirect(f"/write/{slug}?done={'published' if published.is_new else 'same'}", 303)


@authoring.post("/write/<slug>/discard")
@needs(Permission.WRITE_COURSES)
def discard(slug: str) -> Answer:
    """Throw every draft away, as they were seen."""
    digest = DraftsForm.sent().digest.data or ""
    try:
        discard_drafts(session(), slug, digest)
        commit()
    except Conflict as refusal:
        return _course_answer(slug, NewFileForm(), refusal=refusal)
    return redirect(f"/write/{slug}?done=discarded", 303)


@authoring.post("/write/<slug>/add")
@needs(Permission.WRITE_COURSES)
def add(slug: str) -> Answer:
    """Add a file by its name."""
    form = NewFileForm.sent()
    if not form.validate():
        return _course_answer(slug, form, status=422)
    try:
        added = add_file(session(), slug, form.path.data or "", actor_id=identity().person_id, now=clock())
        path = added.path
        commit()
    except (Conflict, Invalid) as refusal:
        form.path.errors = [refusal_text(refusal)]
        return _course_answer(slug, form, status=status_of(refusal))
    return redirect(f"/write/{slug}/files/{path}", 303)


def _course_answer(
    slug: str, form: NewFileForm, *, done: str | None = None, refusal: Refusal | None = None, status: int = 200
) -> Answer:
    person = identity()
    release()  # what was refused is undone, and nothing is locked while the course compiles
    with database().reading() as reading:
        written = written_course(reading, slug)
        versions = versions_of(reading, written.course_id)
        reported = open_count(reading, written.course_id)
    page = write_course_page(
        written,
        compiled_draft(slug, written.sources),
        versions,
        reported=reported,
        may_publish=person.may(Permission.PUBLISH_COURSES),
        person_id=person.person_id,
        now=clock(),
        form=form,
        done=done,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("authoring/course.html", page=page), status_of(refusal) if refusal is not None else status


@authoring.get("/write/<slug>/cases/<question_id>")
@needs(Permission.WRITE_COURSES)
def case(slug: str, question_id: str) -> str:
    """A branching case of the draft, to print and to play at a table."""
    release()
    draft = compiled_draft(slug, _written(slug).sources)
    page = case_page(draft.course, slug, question_id, has_key=request.args.get("key") != "no")
    return render_template("authoring/case.html", page=page)


def _written(slug: str) -> WrittenCourse:
    """The draft course, read in a transaction of its own that is over when this returns."""
    with database().reading() as reading:
        return written_course(reading, slug)


# ---- A file ----


@authoring.get("/write/<slug>/files/<path:path>")
@needs(Permission.WRITE_COURSES)
def edit(slug: str, path: str) -> Answer:
    """A file beside its preview."""
    return _editor_answer(slug, path)


@authoring.post("/write/<slug>/files/<path:path>")
@needs(Permission.WRITE_COURSES)
@slow
@large
def change(slug: str, path: str) -> Answer:
    """Look at a changed text, save it, write its missing ids, or throw its draft away."""
    form = EditForm.sent()
    text, revision = plain_lines(form.text.data or ""), read_revision(form.revision.data or "")
    match request.form.get("action"):
        case "save":
            return _save(slug, path, text, revision)
        case "discard":
            return _discard(slug, path, text, revision)
        case "ids":
            return _with_ids(slug, path, text, revision)
        case _:
            return _editor_answer(slug, path, text=text, revision=revision)


def _save(slug: str, path: str, text: str, revision: Revision) -> Answer:
    try:
        save_draft(session(), slug, path, text, revision, actor_id=identity().person_id, now=clock())
        commit()
    except EditedMeanwhile:
        # The form now starts from what is there: to press Save once more is to have seen it.
        return _editor_answer(slug, path, text=text, is_conflict=True, status=409)
    except (Invalid, NoSuchFile) as refusal:
        return _editor_answer(slug, path, text=text, revision=revision, refusal=refusal)
    if FRAGMENT in request.headers:
        return _editor_answer(slug, path)
    return redirect(f"/write/{slug}/files/{path}", 303)


def _discard(slug: str, path: str, text: str, revision: Revision) -> Answer:
    try:
        discard_draft(session(), slug, path, revision)
        commit()
    except EditedMeanwhile:
        return _editor_answer(slug, path, text=text, is_conflict=True, status=409)
    except Conflict as refusal:
        return _editor_answer(slug, path, text=text, refusal=refusal)
    release()
    if path in _written(slug).files:
        return redirect(f"/write/{slug}/files/{path}", 303)
    return redirect(f"/write/{slug}?done=deleted", 303)


def _with_ids(slug: str, path: str, text: str, revision: Revision) -> Answer:
    """The editor with ids written where there were none; nothing is saved."""
    release()
    sources = _written(slug).sources
    fixed = fix({**sources, path: text.encode(errors="replace")}).get(path)
    return _editor_answer(slug, path, text=fixed.decode() if fixed is not None else text, revision=revision)


@authoring.app_template_filter("with_media_of_draft")
def with_media_of_draft(html: str, slug: str) -> Markup:
    """The HTML of a preview with the addresses at which its writer finds what no release has yet."""
    return drawn(_MEDIA.sub(f"/write/{slug}/media/", html))


@authoring.get("/write/<slug>/media/<name>")
@needs(Permission.WRITE_COURSES)
def draft_media(slug: str, name: str) -> Response:
    """What a preview shows: no release may have it yet, so it is made of the files of the draft."""
    release()
    found = asset_named(name, _written(slug).sources)
    if found is None:
        raise NotFound
    return content_named(name, found[0].media_type, found[1])


def _editor_answer(
    slug: str,
    path: str,
    *,
    text: str | None = None,
    revision: Revision | None = None,
    is_conflict: bool = False,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Answer:
    person_id = identity().person_id
    release()
    with database().reading() as reading:
        written = written_course(reading, slug)
        written.file(path)
        versions = versions_of(reading, written.course_id)
    if refusal is None and text is not None:
        refusal = _refusal_of(text)
    draft = compiled_draft(slug, _with_text(written.sources, path, text))
    page = editor_page(
        written,
        path,
        draft,
        versions,
        person_id=person_id,
        now=clock(),
        text=text,
        revision=revision,
        is_conflict=is_conflict,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return _rendered(page), status_of(refusal) if refusal is not None else status


def _refusal_of(text: str) -> Refusal | None:
    """Why this text could not be saved, which one learns before one tries."""
    try:
        checked_text(text)
    except Invalid as refusal:
        return refusal
    return None


def _with_text(sources: Mapping[str, bytes], path: str, text: str | None) -> Mapping[str, bytes]:
    return sources if text is None else {**sources, path: text.encode(errors="replace")}


def _rendered(page: EditorPage) -> str:
    whole = FRAGMENT not in request.headers
    return render_template("authoring/editor.html" if whole else "authoring/live.html", page=page)
