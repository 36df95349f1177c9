"""Attaching files to an open answer, taking them back, and reading one's own."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.assessment.attachments.queries import file_of, files_of
from elearn.assessment.attachments.rules import NoFile, SentFile, read_file
from elearn.assessment.attachments.services import attach_file, take_back_file
from elearn.assessment.drawing import question_of
from elearn.assessment.pages import question_page
from elearn.assessment.queries import Sitting, answers_of, course_of_sitting, sitting, sitting_held
from elearn.assessment.views import checked_number, result_if_closed, save_sent
from elearn.core.clock import now as clock
from elearn.core.refusals import Conflict, Invalid
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.downloads import download
from elearn.web.errors import refusal_text, status_of
from elearn.web.identity import identity
from elearn.web.lanes import large, slow
from elearn.web.scanned import check_upload
from elearn.web.session import commit, release, session

attachments = Blueprint("attachments", __name__)


@attachments.post("/attempts/<public_id>/<int:number>/files")
@needs(Permission.LEARN)
@slow
@large
def attach(public_id: str, number: int) -> Response | tuple[str, int]:
    """Save what the form of a question says, and attach the file that comes with it."""
    now = clock()
    person_id = identity().person_id
    release()
    file = _sent_file(now)
    found = sitting_held(session(), public_id, person_id)
    closed = result_if_closed(found, now)
    if closed is not None:
        return closed
    course, asked = course_of_sitting(session(), found)
    question = question_of(course, asked, checked_number(found, number).question_id)
    save_sent(found, asked, question, now=now)
    refusal: Invalid | Conflict | None = None
    try:
        if isinstance(file, Invalid | Conflict):
            raise file
        attach_file(session(), found, question, file, now=now)
    except (Invalid, Conflict) as why:
        refusal = why
    commit()
    if refusal is None:
        return _to_files(public_id, number)
    return _refused(public_id, number, refusal, now)


def _sent_file(now: datetime) -> SentFile | Invalid | Conflict:
    """The file that was sent, or why it cannot be taken."""
    sent = request.files.get("file")
    try:
        if sent is None:
            raise NoFile
        with sent.stream as body:
            data = body.read()
        check_upload(data, now=now)
        return read_file(sent.filename or "", data)
    except (Invalid, Conflict) as why:
        return why


def _refused(public_id: str, number: int, refusal: Invalid | Conflict, now: datetime) -> tuple[str, int]:
    """The question as it is now, with why the file was not taken."""
    found: Sitting = sitting(session(), public_id, identity().person_id)
    course, asked = course_of_sitting(session(), found)
    answers = answers_of(session(), found.attempt_id, asked.feedback)
    files = files_of(session(), course, asked, found.attempt_id)
    told = refusal_text(refusal)
    page = question_page(course, asked, found, answers, number, now=now, files=files, file_error=told)
    return render_template("assessment/question.html", page=page), status_of(refusal)


@attachments.post("/attempts/<public_id>/<int:number>/files/<file_id>/remove")
@needs(Permission.LEARN)
def remove(public_id: str, number: int, file_id: str) -> Response:
    """Save what the form of a question says, and take a file back."""
    now = clock()
    found = sitting_held(session(), public_id, identity().person_id)
    closed = result_if_closed(found, now)
    if closed is not None:
        return closed
    course, asked = course_of_sitting(session(), found)
    question = question_of(course, asked, checked_number(found, number).question_id)
    save_sent(found, asked, question, now=now)
    take_back_file(session(), found, question.id, file_id, now=now)
    commit()
    return _to_files(public_id, number)


def _to_files(public_id: str, number: int) -> Response:
    return redirect(f"/attempts/{public_id}/{number}#question-files", 303)


@attachments.get("/attempts/<public_id>/files/<file_id>")
@needs(Permission.LEARN)
def file(public_id: str, file_id: str) -> Response:
    """A file that one attached oneself, to be kept."""
    found = sitting(session(), public_id, identity().person_id)
    kept = file_of(session(), found.attempt_id, file_id)
    return download(kept.name, kept.media_type, kept.body)
