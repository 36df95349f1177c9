"""The queue of open answers: an officer hands in, trainers mark without a name, the officer sees the result."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.assessment.models import Attempt, HandMarking, Mark, RubricMark
from elearn.content.question import OpenAnswer
from elearn.learning.queries import required_learning
from elearn.security.policy import Role, ScopeKind
from tests.checking import CheckingClient
from tests.factories import a_person, an_agency, reading, the_person, writing
from tests.open_course import (
    MODEL,
    SECRETS,
    WHY_BEST,
    WHY_HALF,
    hand_in,
    label_of,
    open_question,
    the_course,
)
from tests.quiz_course import SLUG, read_everything, values_of
from tests.web.conftest import STAFF

QUEUE = "/marking"
TRAINER = ((Role.TRAINER, ScopeKind.ALL),)


@pytest.fixture
def label(site: Flask) -> str:
    """The label of an answer that «officer» gave; there are trainers «trainer», «second» and «third»."""
    with writing(site) as session:
        agency = an_agency(session, "zqagency", name="Zqagency of the officer")
        officer = a_person(session, "officer", agency=agency, full_name="Zqname Zqsurname", email="zqmail@example.org")
        for name, roles in STAFF:
            a_person(session, name, roles=roles, full_name=f"The {name}")
        a_person(session, "second", roles=TRAINER, full_name="The second trainer")
        a_person(session, "third", roles=TRAINER, full_name="The third trainer")
        return label_of(session, hand_in(session, person=officer, attached_to="why"))


@pytest.fixture
def trainer(label: str, client: CheckingClient) -> CheckingClient:
    """A client signed in as a trainer."""
    client.sign_in("trainer")
    return client


def as_(client: CheckingClient, name: str) -> CheckingClient:
    """The client signed in as somebody else."""
    client.send("/sign-out")
    client.sign_in(name)
    return client


def text_at(client: CheckingClient, path: str) -> str:
    """The page of an address that must be there."""
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def sent(question: OpenAnswer, chosen: list[int], **more: str) -> dict[str, str]:
    """What the form of the rubric sends."""
    named = {f"level_{criterion.id}": str(level) for criterion, level in zip(question.criteria, chosen, strict=True)}
    return {"kind": "first", "comment": "", "action": "return"} | named | more


@pytest.fixture
def why(site: Flask, label: str) -> OpenAnswer:
    """The question that was answered."""
    with reading(site) as session:
        return open_question(session)


def result_path(site: Flask) -> str:
    """The address of the officer's result."""
    with reading(site) as session:
        return f"/attempts/{session.scalars(select(Attempt.public_id)).one()}/result"


def test_an_answer_goes_from_the_officer_to_the_trainer_and_back(
    trainer: CheckingClient, label: str, why: OpenAnswer, site: Flask
) -> None:
    assert "One answer waits for your marks" in text_at(trainer, "/write")
    assert f'href="{QUEUE}/{label}"' in text_at(trainer, QUEUE)
    page = text_at(trainer, f"{QUEUE}/{label}")
    assert MODEL in page
    assert "under the &lt;b&gt;limit&lt;/b&gt;." in page
    response = trainer.send(f"{QUEUE}/{label}/mark", sent(why, [2, 1], comment="Zqcomment: <i>nearly</i>.\r\nGo on."))
    assert (response.status_code, response.location) == (303, f"{QUEUE}?done=returned")
    assert "The answer is returned to the officer." in text_at(trainer, response.location)
    assert "No answer waits for your marks" in text_at(trainer, "/write")
    returned = text_at(trainer, f"{QUEUE}?show=returned")
    assert label[:8] in returned
    assert "The trainer" in returned
    page = text_at(as_(trainer, "officer"), result_path(site))
    assert "62 of 100" in page
    assert "Zqcomment: &lt;i&gt;nearly&lt;/i&gt;.\nGo on." in page
    assert page.count('class="is-reached"') == 2
    assert "The trainer's comment" in page or "The trainer&#39;s comment" in page
    assert MODEL not in page


def test_until_then_the_officer_sees_that_it_is_being_marked_and_nothing_of_the_rubric(
    label: str, client: CheckingClient, site: Flask
) -> None:
    client.sign_in("officer")
    page = text_at(client, result_path(site))
    assert "Handed in and being marked" in page
    assert [secret for secret in SECRETS if secret in page] == []
    assert "of 100" not in page
    start = text_at(client, f"/courses/{SLUG}/quizzes/open-quiz")
    assert "A trainer is marking what you wrote in attempt 1." in start
    assert "being marked" in start
    assert [secret for secret in SECRETS if secret in start] == []
    for path in ("/", "/courses", f"/courses/{SLUG}"):
        text_at(client, path)


def test_an_exam_with_an_open_question_leads_to_the_certificate_when_it_is_returned(
    trainer: CheckingClient, site: Flask
) -> None:
    with writing(site) as session:
        officer = the_person(session, "officer")
        read_everything(session, required_learning(session, officer.id, SLUG), the_course(session))
    client = as_(trainer, "officer")
    response = client.send(f"/courses/{SLUG}/quizzes/the-exam/start")
    base = response.location.rsplit("/", 1)[0]
    with reading(site) as session:
        (pears,) = values_of(the_course(session), "the-exam", "exam-single", ["Pears"])
    client.send(f"{base}/1", {"answer": pears, "action": "next", "shown": "", "shown_flag": "0"})
    client.send(f"{base}/2", {"answer": "My own words", "action": "next", "shown": "", "shown_flag": "0"})
    assert client.send(f"{base}/submit").location == f"{base}/result"
    assert "Handed in and being marked" in text_at(client, f"{base}/result")
    assert "See your certificate" not in text_at(client, f"{base}/result")
    client = as_(client, "trainer")
    with reading(site) as session:
        question = open_question(session, "exam-why", "the-exam")
        waiting = session.scalars(select(HandMarking.public_id).where(HandMarking.question_id == "exam-why")).one()
    assert client.send(f"{QUEUE}/{waiting}/mark", sent(question, WHY_BEST)).status_code == 303
    page = text_at(as_(client, "officer"), f"{base}/result")
    assert "100 of 100. The pass mark is 80: passed" in page
    assert "See your certificate" in page


def test_no_page_of_the_queue_tells_whose_an_answer_is(
    trainer: CheckingClient, label: str, why: OpenAnswer, site: Flask
) -> None:
    with reading(site) as session:
        person = the_person(session, "officer")
        attempt = session.scalars(select(Attempt)).one()
        planted = ["zqname", "zqsurname", "zqagency", "zqmail", ">officer<", "officer@"]
        planted += [attempt.public_id.lower(), f"person-{person.id}", f"/people/{person.id}"]
    wrong = sent(why, WHY_HALF)
    wrong.pop(next(name for name in wrong if name.startswith("level_")))
    pages = [text_at(trainer, path) for path in ("/write", QUEUE, f"{QUEUE}?course={SLUG}", f"{QUEUE}/{label}")]
    pages.append(trainer.send(f"{QUEUE}/{label}/mark", wrong).get_data(as_text=True))
    trainer.send(f"{QUEUE}/{label}/mark", sent(why, WHY_BEST, action="second"))
    pages += [text_at(trainer, path) for path in (QUEUE, f"{QUEUE}/{label}")]
    client = as_(trainer, "second")
    pages += [text_at(client, path) for path in (QUEUE, f"{QUEUE}/{label}")]
    client.send(f"{QUEUE}/{label}/mark", sent(why, WHY_HALF, kind="second"))
    pages += [text_at(client, path) for path in (QUEUE, f"{QUEUE}/{label}")]
    client.send(f"{QUEUE}/{label}/mark", sent(why, WHY_HALF, kind="agreed"))
    pages += [text_at(client, path) for path in (f"{QUEUE}?show=returned", f"{QUEUE}/{label}")]
    href = re.search(rf'href="({QUEUE}/{label}/files/[^"]+)"', pages[3])
    assert href is not None
    file = client.get(href[1])
    pages.append(str(file.headers))
    assert [(word, place) for place, page in enumerate(pages) for word in planted if word in page.lower()] == []


def test_a_file_is_saved_under_a_name_that_tells_nothing(trainer: CheckingClient, label: str) -> None:
    href = re.search(rf'href="({QUEUE}/{label}/files/[^"]+)"', text_at(trainer, f"{QUEUE}/{label}"))
    assert href is not None
    response = trainer.get(href[1])
    assert response.get_data() == b"%PDF-1.4\n"
    assert response.headers["Content-Disposition"] == "attachment; filename=answer-1.pdf"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert trainer.get(f"{QUEUE}/{label}/files/other").status_code == 404


def test_a_second_marker_sees_nothing_of_the_first_mark_and_both_agree(
    trainer: CheckingClient, label: str, why: OpenAnswer, site: Flask
) -> None:
    data = sent(why, WHY_BEST, action="second", comment="Zqfirst comment")
    assert trainer.send(f"{QUEUE}/{label}/mark", data).location == f"{QUEUE}?done=second-wanted"
    assert "a second marker is wanted" in text_at(trainer, QUEUE)
    page = text_at(trainer, f"{QUEUE}/{label}")
    assert "A second marker has to be somebody else." in page
    assert f'action="{QUEUE}/{label}/mark"' not in page
    client = as_(trainer, "second")
    assert "second marker wanted" in text_at(client, QUEUE)
    page = text_at(client, f"{QUEUE}/{label}")
    assert "You are the second marker." in page
    assert "Zqfirst" not in page
    assert "The trainer" not in page
    assert " checked" not in page
    data = sent(why, [0, 0], kind="second", comment="Zqsecond comment")
    assert client.send(f"{QUEUE}/{label}/mark", data).location == f"{QUEUE}?done=different"
    page = text_at(client, f"{QUEUE}/{label}")
    assert "Zqfirst comment" in page
    assert "Zqsecond comment" in page
    third = as_(client, "third")
    page = text_at(third, f"{QUEUE}/{label}")
    assert "One of these two records what they agree on." in page
    assert "Zqfirst" not in page
    assert third.send(f"{QUEUE}/{label}/mark", sent(why, WHY_HALF, kind="agreed")).status_code == 403
    client = as_(third, "trainer")
    data = sent(why, WHY_HALF, kind="agreed", comment="Zqagreed comment")
    assert client.send(f"{QUEUE}/{label}/mark", data).location == f"{QUEUE}?done=returned"
    page = text_at(as_(client, "officer"), result_path(site))
    assert "Zqagreed comment" in page
    assert "Zqfirst" not in page
    assert "50 of 100" in page


def test_who_asked_for_a_second_marker_may_do_without_and_nobody_else(
    trainer: CheckingClient, label: str, why: OpenAnswer, site: Flask
) -> None:
    address = f"{QUEUE}/{label}/waive"
    assert trainer.send(address, {}).status_code == 409, "there are no marks yet"
    trainer.send(f"{QUEUE}/{label}/mark", sent(why, WHY_HALF, action="second", comment="Zqalone"))
    assert address in text_at(trainer, f"{QUEUE}/{label}")
    client = as_(trainer, "second")
    assert address not in text_at(client, f"{QUEUE}/{label}")
    assert client.send(address, {}).status_code == 409
    client = as_(client, "trainer")
    for _ in range(2):
        assert client.send(address, {}).location == f"{QUEUE}?done=returned"
    page = text_at(as_(client, "officer"), result_path(site))
    assert "Zqalone" in page
    assert "50 of 100" in page


def test_ones_own_answer_is_refused(label: str, why: OpenAnswer, client: CheckingClient, site: Flask) -> None:
    with writing(site) as session:
        own = label_of(session, hand_in(session, person=the_person(session, "third"), attached_to="why"))
    client.sign_in("third")
    assert own not in text_at(client, QUEUE)
    assert client.get(f"{QUEUE}/{own}").status_code == 403
    response = client.send(f"{QUEUE}/{own}/mark", sent(why, WHY_BEST))
    assert response.status_code == 403
    assert "This is your own answer." in response.get_data(as_text=True)
    with reading(site) as session:
        file = session.scalars(select(HandMarking.id)).all()
        assert len(file) == 2
        assert session.scalars(select(RubricMark)).all() == []


def test_who_marks_later_is_told_so_and_keeps_the_comment(
    trainer: CheckingClient, label: str, why: OpenAnswer, site: Flask
) -> None:
    # Both have opened the page; one returns the answer before the other.
    trainer.send(f"{QUEUE}/{label}/mark", sent(why, WHY_BEST))
    client = as_(trainer, "second")
    response = client.send(f"{QUEUE}/{label}/mark", sent(why, WHY_HALF, comment="Zqlost? Never."))
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Somebody else has marked this answer meanwhile." in page
    assert "Zqlost? Never." in page
    with reading(site) as session:
        assert [mark.points for mark in session.scalars(select(Mark).where(Mark.question_id == "why"))] == [4]


def test_who_marks_while_a_second_marker_is_asked_for_keeps_everything(
    trainer: CheckingClient, label: str, why: OpenAnswer
) -> None:
    trainer.send(f"{QUEUE}/{label}/mark", sent(why, WHY_BEST, action="second"))
    client = as_(trainer, "second")
    response = client.send(f"{QUEUE}/{label}/mark", sent(why, WHY_HALF, comment="Zqlost? Never."))
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "You are the second marker." in page
    assert "Zqlost? Never." in page
    assert page.count(" checked") == 2
    assert 'name="kind" type="hidden" value="second"' in page


def test_a_level_that_is_missing_is_asked_for_and_nothing_is_lost(
    trainer: CheckingClient, label: str, why: OpenAnswer, site: Flask
) -> None:
    data = sent(why, WHY_HALF, comment="Zqkept")
    missing = f"level_{why.criteria[1].id}"
    for value in ("", "9", "x"):
        data[missing] = value
        response = trainer.send(f"{QUEUE}/{label}/mark", data)
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert f'href="#{missing}"' in page
        assert "Zqkept" in page
        assert page.count(" checked") == 1
    response = trainer.send(f"{QUEUE}/{label}/mark", sent(why, WHY_HALF, comment="z" * 4001))
    assert response.status_code == 422
    assert "Shorten the comment" in response.get_data(as_text=True)
    with reading(site) as session:
        assert session.scalars(select(RubricMark)).all() == []


@pytest.mark.parametrize("name", ["officer", "manager", "organiser", "admin"])
def test_who_may_not_write_courses_sees_nothing_of_the_queue(
    client: CheckingClient, label: str, why: OpenAnswer, name: str
) -> None:
    client.sign_in(name)
    for path in (QUEUE, f"{QUEUE}/{label}", f"{QUEUE}/{label}/files/x"):
        assert client.get(path).status_code == 403
    assert client.send(f"{QUEUE}/{label}/mark", sent(why, WHY_BEST)).status_code == 403


def test_a_label_that_nobody_gave_is_not_found(trainer: CheckingClient, why: OpenAnswer) -> None:
    assert trainer.get(f"{QUEUE}/nothing").status_code == 404
    assert trainer.send(f"{QUEUE}/nothing/mark", sent(why, WHY_BEST)).status_code == 404


def test_the_queue_is_empty_with_a_word_and_filters_by_course(trainer: CheckingClient) -> None:
    assert "Nothing waits here." in text_at(trainer, f"{QUEUE}?course=other")
    assert "One answer waits for marks." in text_at(trainer, QUEUE)
    assert "No answer has been returned yet." in text_at(trainer, f"{QUEUE}?show=returned")


def test_the_replay_tells_who_marked_and_a_correction_says_what_is_left_out(
    trainer: CheckingClient, label: str, why: OpenAnswer, site: Flask
) -> None:
    with reading(site) as session:
        public_id = session.scalars(select(Attempt.public_id)).one()
    told = text_at(trainer, f"/write/{SLUG}/attempts/{public_id}")
    assert "none yet: a trainer is marking it" in told
    assert "A trainer is still marking one attempt." in text_at(trainer, f"/write/{SLUG}/corrections/open-quiz")
    trainer.send(f"{QUEUE}/{label}/mark", sent(why, WHY_HALF, comment="Zqcomment"))
    told = text_at(trainer, f"/write/{SLUG}/attempts/{public_id}")
    assert "Marked by trainers" in told
    assert "The trainer" in told
    assert "Zqcomment" in told
    assert "Marked again by the same keys, every answer earns what it earned." in told
    assert "Zqname" not in told
