"""Quizzes, attempts, and the check-yourself questions of lessons."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from elearn.assessment.attachments.queries import files_of
from elearn.assessment.attachments.rules import NotAttached
from elearn.assessment.drawing import PaperItem, has_open_answers, question_of
from elearn.assessment.marking import Response as Answered
from elearn.assessment.marking import Walked, read_response, stands, stored_form
from elearn.assessment.pages import first_blank, question_page, review_page, sign_of
from elearn.assessment.queries import (
    Sitting,
    answers_of,
    attempts_of,
    course_of_sitting,
    extra_time_of,
    marking_course_of,
    marks_of,
    sitting,
    sitting_held,
)
from elearn.assessment.results import result_page
from elearn.assessment.rules import AttemptFacts, NoSuchQuestion, NoSuchQuiz, binds, is_over, is_told_at_once
from elearn.assessment.services import (
    close_overdue,
    flag_question,
    save_answer,
    save_answer_at_once,
    start_attempt,
    submit_attempt,
)
from elearn.assessment.showing import CheckView, answered_check
from elearn.assessment.starting import start_page
from elearn.content.course import Check, Course, Quiz, text_in
from elearn.content.question import BranchingCase, Ledger, Question
from elearn.content.tables import MOST_ROWS
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_seed
from elearn.core.refusals import Invalid, Refusal
from elearn.learning.queries import course_of, required_learning
from elearn.learning.reader import section_html
from elearn.learning.rules import Place, place_of
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import clock_time, language
from elearn.web.identity import identity
from elearn.web.session import commit, database, reading, release, session

assessment = Blueprint("assessment", __name__)
MOST_VALUES = 200  # fields of an answer; a ledger alone has one for each of its rows


class MalformedAnswer(Invalid):
    """What a script sent is no answer."""

    message = "This is not an answer: client_id is a UUID, response a list of texts."


def _quiz(course: Course, quiz_id: str) -> Quiz:
    quiz = course.quiz(quiz_id)
    if quiz is None:
        raise NoSuchQuiz
    return quiz


def _close(attempt_public_id: str, *, now: datetime) -> None:
    """Hand in an attempt whose time is over, in a short transaction of its own: the request's may be one that reads."""
    person_id = identity().person_id
    release()
    with database().writing() as later:
        close_overdue(later, sitting(later, attempt_public_id, person_id).attempt_id, now=now)
        later.commit()


def _to(public_id: str, where: str | int) -> Response:
    return redirect(f"/attempts/{public_id}/{where}", 303)


# --- before --------------------------------------------------------------------------------------------------------


@assessment.get("/courses/<slug>/quizzes/<quiz_id>")
@needs(Permission.LEARN)
def quiz(slug: str, quiz_id: str) -> str | Response:
    """The page before a quiz: its rules, the attempts so far, the button."""
    now = clock()
    learning = required_learning(session(), identity().person_id, slug)
    course = course_of(session(), learning)
    asked = _quiz(course, quiz_id)
    attempts = attempts_of(session(), learning.enrolment_id, asked.id)
    overdue = next((each for each in attempts if _is_overdue(each, now)), None)
    if overdue is not None:
        _close(overdue.public_id, now=now)
        return redirect(request.path)
    extra = extra_time_of(session(), learning.person_id, asked)
    page = start_page(course, learning, asked, attempts, extra_percent=extra, now=now)
    return render_template("assessment/start.html", page=page)


def _is_overdue(attempt: AttemptFacts | Sitting, now: datetime) -> bool:
    return attempt.submitted_at is None and is_over(attempt.due_at, now)


@assessment.post("/courses/<slug>/quizzes/<quiz_id>/start")
@needs(Permission.LEARN)
def start(slug: str, quiz_id: str) -> Response:
    """Start an attempt, or go on with the one that is open."""
    learning = required_learning(session(), identity().person_id, slug)
    course = course_of(session(), learning)
    asked = _quiz(course, quiz_id)
    attempt = start_attempt(session(), learning, course, asked, now=clock(), seed=new_seed())
    found = sitting(session(), attempt.public_id, identity().person_id)
    answers = answers_of(session(), found.attempt_id, asked.feedback)
    commit()
    return _to(found.public_id, first_blank(found, answers))


# --- during --------------------------------------------------------------------------------------------------------


@assessment.get("/attempts/<public_id>/<int:number>")
@needs(Permission.LEARN)
def question(public_id: str, number: int) -> str | Response:
    """One question of an attempt; a closed attempt shows its result."""
    now = clock()
    found = sitting(session(), public_id, identity().person_id)
    closed = result_if_closed(found, now)
    if closed is not None:
        return closed
    checked_number(found, number)
    course, asked = course_of_sitting(session(), found)
    answers = answers_of(session(), found.attempt_id, asked.feedback)
    files = files_of(session(), course, asked, found.attempt_id)
    page = question_page(course, asked, found, answers, number, now=now, files=files)
    return render_template("assessment/question.html", page=page)


def checked_number(found: Sitting, number: int) -> PaperItem:
    """The question of that number on the paper. Raises NoSuchQuestion."""
    if not 1 <= number <= len(found.paper):
        raise NoSuchQuestion
    return found.paper[number - 1]


def result_if_closed(found: Sitting, now: datetime) -> Response | None:
    """The way to the result of an attempt that was handed in, or is now because its time is over; None: it goes on."""
    if found.is_open and not _is_overdue(found, now):
        return None
    if found.is_open:
        _close(found.public_id, now=now)
    return _to(found.public_id, "result")


@assessment.post("/attempts/<public_id>/<int:number>")
@needs(Permission.LEARN)
def answer(public_id: str, number: int) -> Response | tuple[str, int]:
    """Save the answer and the flag of a question, then go where the button says."""
    now = clock()
    found = sitting_held(session(), public_id, identity().person_id)
    closed = result_if_closed(found, now)
    if closed is not None:
        return closed
    course, asked = course_of_sitting(session(), found)
    answers_it = save_sent(found, asked, question_of(course, asked, checked_number(found, number).question_id), now=now)
    commit()
    action = request.form.get("action", "")
    is_missing = action in ("check", "step") and not answers_it
    # A form that is not sent to where files are taken carries the name of one at most: it was chosen, not attached.
    lost = NotAttached() if request.form.get("file") and action != "leave" else None
    if is_missing or lost is not None:
        found = sitting(session(), public_id, identity().person_id)
        answers = answers_of(session(), found.attempt_id, asked.feedback)
        files = files_of(session(), course, asked, found.attempt_id)
        told = refusal_text(lost) if lost is not None else None
        page = question_page(
            course, asked, found, answers, number, now=now, is_missing=is_missing, files=files, file_error=told
        )
        return render_template("assessment/question.html", page=page), 422
    return _after(found, number, action)


def save_sent(found: Sitting, asked: Quiz, question: Question, *, now: datetime) -> bool:
    """Save the answer and the flag that the form of a question says; whether it answers, in a case takes a decision."""
    response = read_response(question, request.form.getlist("answer"))
    given = answers_of(session(), found.attempt_id, asked.feedback).get(question.id)
    # A page that was sent twice, or without a change, has nothing to save; nor has one whose answer is final already,
    # or that would take back what was decided in a case.
    is_final = given is not None and is_told_at_once(asked, question) and not isinstance(response, Walked)
    is_final = is_final or (given is not None and not stands(given.response, stored_form(response)))
    is_new = stored_form(response) != given.response if given is not None else response is not None
    # Another page may have changed the answer since this one was shown: one that was not touched leaves it alone.
    is_touched = request.form.get("shown") != sign_of(response)
    if is_touched and is_new and not is_final:
        save_answer(session(), found, asked, question.id, uuid4(), response, now=now)
    is_flagged = "flagged" in request.form
    if request.form.get("shown_flag") != ("1" if is_flagged else "0"):
        flag_question(session(), found, question.id, is_flagged, now=now)
    # A page shown before the last decision of a case is not wrong, but old.
    is_news = stored_form(response) != (given.response if given is not None else {})
    return is_news or (_decides(response) if isinstance(question, BranchingCase) else response is not None)


def _decides(response: Answered | None) -> bool:
    """Whether the form of a case takes a decision beside those that were taken when it was shown."""
    taken = len(response.path) if isinstance(response, Walked) else 0
    return str(taken) != request.form.get("taken", "0")


def _after(found: Sitting, number: int, action: str) -> Response:
    """Where a button leads; whatever else is sent leads back to the question."""
    if action == "step":
        return _to(found.public_id, f"{number}#question-scene")
    count = len(found.paper)
    kind, _, target = action.partition(":")
    if kind == "review" or (kind == "next" and number == count):
        return _to(found.public_id, "review")
    if kind == "leave":
        return redirect(f"/courses/{found.slug}/quizzes/{found.quiz_id}", 303)
    moves = {"next": number + 1, "back": number - 1}
    aim = int(target) if kind == "goto" and target.isascii() and target.isdecimal() else moves.get(kind, number)
    return _to(found.public_id, max(1, min(count, aim)))


@assessment.put("/attempts/<public_id>/answers/<question_id>")
@needs(Permission.LEARN)
def autosave(public_id: str, question_id: str) -> Response | tuple[Response, int]:
    """Save an answer that a script sends: ``{"client_id": UUID, "response": [TEXT, …]}`` -> ``{"saved_at": "14:46"}``.

    The shortest way there is: who it is, the attempt, the insert. The right to write is held for the last alone,
    unless what was answered before has a say.
    """
    now = clock()
    try:
        client_id, values = _sent_answer()
        found = sitting(reading(), public_id, identity().person_id)
        course, asked = course_of_sitting(reading(), found)
        found.number_of(question_id)
        answered = question_of(course, asked, question_id)
        if len(values) > MOST_VALUES and not isinstance(answered, Ledger):
            raise MalformedAnswer
        response = read_response(answered, values)
        if binds(asked, answered):
            held = sitting_held(session(), public_id, identity().person_id)
            saved_at = save_answer(session(), held, asked, question_id, client_id, response, now=now)
            commit()
        else:
            saved_at = save_answer_at_once(database(), reading(), found, question_id, client_id, response, now=now)
    except Refusal as refusal:
        return jsonify(message=refusal_text(refusal)), status_of(refusal)
    return jsonify(saved_at=clock_time(saved_at))


def _sent_answer() -> tuple[UUID, list[str]]:
    """The client's id and the values that were sent. Raises MalformedAnswer."""
    try:
        sent: Any = request.get_json(silent=True)
    except RecursionError as problem:  # brackets within brackets without end
        raise MalformedAnswer from problem
    if not isinstance(sent, dict):
        raise MalformedAnswer
    values, client_id = sent.get("response"), sent.get("client_id")
    if not isinstance(client_id, str) or not isinstance(values, list) or len(values) > MOST_ROWS:
        raise MalformedAnswer
    if not all(isinstance(value, str) for value in values):
        raise MalformedAnswer
    try:
        return UUID(client_id), values
    except ValueError:
        raise MalformedAnswer from None


# --- after ---------------------------------------------------------------------------------------------------------


@assessment.get("/attempts/<public_id>/review")
@needs(Permission.LEARN)
def review(public_id: str) -> str | Response:
    """What is blank or flagged, before handing in."""
    now = clock()
    found = sitting(session(), public_id, identity().person_id)
    closed = result_if_closed(found, now)
    if closed is not None:
        return closed
    course, asked = course_of_sitting(session(), found)
    answers = answers_of(session(), found.attempt_id, asked.feedback)
    files = files_of(session(), course, asked, found.attempt_id)
    page = review_page(course, asked, found, answers, now=now, files=files)
    return render_template("assessment/review.html", page=page)


@assessment.post("/attempts/<public_id>/submit")
@needs(Permission.LEARN)
def submit(public_id: str) -> Response:
    """Hand in; pressed twice, it is handed in once and both times the result is shown."""
    found = sitting(session(), public_id, identity().person_id)
    submit_attempt(session(), found.attempt_id, now=clock())
    commit()
    return _to(public_id, "result")


@assessment.get("/attempts/<public_id>/result")
@needs(Permission.LEARN)
def result(public_id: str) -> str | Response:
    """The result of an attempt; one that is open goes on."""
    now = clock()
    found = sitting(session(), public_id, identity().person_id)
    if _is_overdue(found, now):
        _close(public_id, now=now)
        return redirect(request.path)
    if found.is_open:
        return _to(public_id, 1)
    course, asked = course_of_sitting(session(), found)
    page = result_page(
        course,
        asked,
        found,
        marks_of(session(), found.attempt_id, asked.feedback, by_hand=has_open_answers(course, asked)),
        attempts_of(session(), found.enrolment_id, asked.id),
        now=now,
        certificate_href=url_for("certificates.mine"),
        wrong_only=request.args.get("show") == "wrong",
        marked_by=marking_course_of(session(), found),
    )
    return render_template("assessment/result.html", page=page)


# --- check yourself --------------------------------------------------------------------------------------------------


@assessment.post("/courses/<slug>/<module_id>/<section_id>/checks/<question_id>")
@needs(Permission.LEARN)
def check(slug: str, module_id: str, section_id: str, question_id: str) -> str:
    """Answer a check-yourself question. Nothing is stored: the section comes back with what was right.

    A script that asks for a fragment gets the question alone.
    """
    learning = required_learning(session(), identity().person_id, slug)
    course = course_of(session(), learning)
    commit()
    place = place_of(course, module_id, section_id)
    asked = place.module.check(question_id)
    if asked is None:
        raise NoSuchQuestion
    view = _answered(course, place, asked)
    if request.headers.get("X-Fragment") == "1":
        return render_template("assessment/check.html", page=view)
    return section_html(course, learning, place, answered={asked.id: view})


def _answered(course: Course, place: Place, asked: Question) -> CheckView:
    body = text_in(place.section.texts, language(), course.language)[0].body
    ids = [piece.question for piece in body if isinstance(piece, Check)]
    if asked.id not in ids:
        raise NoSuchQuestion
    response = read_response(asked, request.form.getlist("answer"))
    action = f"/courses/{course.slug}/{place.unit}/checks/{asked.id}"
    return answered_check(
        asked,
        language(),
        course.language,
        action,
        ids.index(asked.id) + 1,
        len(ids),
        response,
        is_missing=response is None or (isinstance(response, Walked) and not _decides(response)),
    )
