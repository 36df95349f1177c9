"""No dead end: whoever follows every link from home, in either language, meets sound pages and no refusal."""

from collections import deque
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

import pytest
from flask import Flask

from elearn.learning.rules import OutcomeKind
from tests.checking import HTML, CheckingClient
from tests.factories import a_course, a_person, an_enrolment, course_files, learn, the_person, writing
from tests.web.conftest import OFFICER, STAFF

MOST = 160  # pages; filters can be combined without end
NOT_FOLLOWED = ("/sign-out",)


@pytest.fixture
def lively(taught: Flask) -> Flask:
    """A site where something has happened: courses begun and completed by several people."""
    with writing(taught) as session:
        release = a_course(session)
        other = a_course(session, "other", files=course_files("other", "Another course"))
        for name in (OFFICER, *(name for name, _ in STAFF)):
            person = the_person(session, name)
            learn(session, an_enrolment(session, person, release))
            enrolment = an_enrolment(session, person, other)
            learn(session, enrolment, [(OutcomeKind.SECTION_READ, "example/opening", None)])
        for number in range(7):
            person = a_person(session, f"extra{number}", full_name=f"Extra Person {number}")
            an_enrolment(session, person, release)
    return taught


# In every run journeys/test_links.py follows each link of everybody, in a browser.
@pytest.mark.drill
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", [None, OFFICER, *(name for name, _ in STAFF)])
def test_every_link_leads_to_a_sound_page(
    lively: Flask, client: CheckingClient, name: str | None, language: str
) -> None:
    if name is not None:
        client.sign_in(name)
    start = f"/?lang={language}" if name is not None else f"/sign-in?lang={language}"
    waiting, seen = deque([start]), {start}
    answers: dict[str, int] = {}
    while waiting and len(answers) < MOST:
        path = waiting.popleft()
        response = client.get(path)
        answers[path] = response.status_code
        links = [response.location] if response.location else []
        if client.page is not None:
            assert client.page.get("lang") == language, path
            links += [node.get("href") for node in client.page.iter(f"{HTML}a")]
        for link in links:
            target = urldefrag(urljoin(f"http://localhost{path}", link))[0]
            parts = urlsplit(target)
            here = f"{unquote(parts.path)}?{parts.query}" if parts.query else unquote(parts.path)
            switches = any(key == "lang" for key, _ in parse_qsl(parts.query))
            if parts.netloc == "localhost" and not switches and here not in seen and here not in NOT_FOLLOWED:
                seen.add(here)
                waiting.append(here)

    assert {path: status for path, status in answers.items() if status not in (200, 302)} == {}
    assert len(answers) >= (4 if name is None else 20)
