"""The language of a page: asked for, remembered, the person's own, the browser's, the site's."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from elearn.accounts.models import Person
from elearn.certificates.models import Certificate
from elearn.content.files import read_folder
from elearn.core.languages import NAMES
from elearn.web.catalogues import catalogue
from elearn.web.i18n import day, number
from tests.checking import HTML, CheckingClient, text_of, words_of
from tests.factories import a_course, a_person, an_enrolment, learn, the_person, writing
from tests.tools.translations import said
from tests.web.conftest import OFFICER
from tests.web.test_quizzes import opened, start

GOOD = Path(__file__).parents[1] / "courses" / "good"
CYRILLIC = re.compile("[а-яё]{3,}")


def lang_of(client: CheckingClient, path: str = "/sign-in", **headers: str) -> str:
    """The language of a page."""
    client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    found: str = client.page.get("lang")
    return found


def test_the_site_has_a_language_of_its_own(client: CheckingClient) -> None:
    assert lang_of(client) == "en"
    assert lang_of(client, Accept_Language="fr, de;q=0.5") == "en"
    assert lang_of(client, Accept_Language="*") == "en"
    assert lang_of(client, Accept_Language=";;;,,,q=") == "en"


@pytest.mark.parametrize("asked", ["ru", "ru-RU, en;q=0.5", "ru-KZ", "de, ru;q=0.8, en;q=0.3", "en;q=0.1, ru"])
def test_a_browser_that_asks_for_russian_gets_it(client: CheckingClient, asked: str) -> None:
    assert lang_of(client, Accept_Language=asked) == "ru"


def test_the_switch_sets_the_language_of_the_page_and_is_remembered(client: CheckingClient) -> None:
    assert lang_of(client, "/sign-in?lang=ru") == "ru"
    assert CYRILLIC.search(text_of(next(client.page.iter(f"{HTML}h1"))))
    assert lang_of(client, "/verify") == "ru"
    assert lang_of(client, "/verify", Accept_Language="en") == "ru"
    assert lang_of(client, "/verify?lang=en") == "en"
    assert lang_of(client, "/sign-in") == "en"


def test_the_choice_is_remembered_once(client: CheckingClient) -> None:
    first, again = client.get("/verify?lang=ru"), client.get("/verify?lang=ru")

    assert any("elearn-lang=ru" in line for line in first.headers.getlist("Set-Cookie"))
    assert not any("elearn-lang" in line for line in again.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("asked", ["fr", "xx", "", "RU", "../ru", "ru%00", "ru;", "<b>"])
def test_a_language_that_is_not_offered_changes_nothing(client: CheckingClient, asked: str) -> None:
    response = client.get(f"/verify?lang={asked}")

    assert client.page.get("lang") == "en"
    assert not any("elearn-lang" in line for line in response.headers.getlist("Set-Cookie"))


def test_a_cookie_with_a_language_that_is_not_offered_is_ignored(client: CheckingClient) -> None:
    client.set_cookie("elearn-lang", "xx")
    assert lang_of(client) == "en"


def test_a_persons_own_language_comes_before_that_of_the_browser(site: Flask, client: CheckingClient) -> None:
    with writing(site) as session:
        a_person(session, OFFICER, language="ru")
    client.sign_in(OFFICER)

    assert lang_of(client, "/", Accept_Language="en") == "ru"
    assert lang_of(client, "/?lang=en") == "en"
    assert lang_of(client, "/") == "en"


def test_a_persons_language_that_is_not_offered_leaves_it_to_the_browser(site: Flask, client: CheckingClient) -> None:
    with writing(site) as session:
        a_person(session, OFFICER, language="de")
    client.sign_in(OFFICER)

    assert lang_of(client, "/", Accept_Language="ru") == "ru"


def switches(client: CheckingClient) -> dict[str, str]:
    """Where the language menu leads, by language."""
    return {node.get("hreflang"): node.get("href") for node in client.page.iter(f"{HTML}a") if node.get("hreflang")}


def test_the_switch_keeps_the_page_and_its_filters(taught: Flask, client: CheckingClient) -> None:
    client.sign_in("admin")
    client.get("/people?q=a%26b&role=officer&lang=en")

    assert switches(client)["ru"] == "?q=a%26b&role=officer&lang=ru"


def test_the_switch_keeps_the_section_and_says_what_it_falls_back_to(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
    path = "/courses/demo/example/a-section"
    learner.get(path)
    assert "fallback" not in learner.get(path).get_data(as_text=True)
    learner.get(f"{path}{switches(learner)['ru']}")

    assert learner.page.get("lang") == "ru"
    assert "A section is one page" in words_of(learner.page)
    labels = [node for node in learner.page.iter(f"{HTML}p") if "fallback-label" in (node.get("class") or "")]
    assert len(labels) >= 1
    assert "English" in text_of(labels[0])
    prose = next(node for node in learner.page.iter(f"{HTML}div") if "prose" in (node.get("class") or ""))
    assert prose.get("lang") == "en"


@pytest.mark.parametrize(
    "path", ["/", "/courses", "/courses/demo", "/courses/demo/glossary", "/certificates", "/account"]
)
def test_pages_in_russian_are_in_russian(taught: Flask, learner: CheckingClient, path: str) -> None:
    learner.get(path)
    english = {text_of(node) for node in learner.page.iter(f"{HTML}h1")} | {
        text_of(node) for node in learner.page.iter(f"{HTML}h2")
    }
    learner.get(f"{path}?lang=ru")
    heads = {text_of(node) for tag in ("h1", "h2") for node in learner.page.iter(f"{HTML}{tag}")}

    # What a course is called stays as its author wrote it.
    assert not (english & heads) - {"A small course"}
    nav = next(node for node in learner.page.iter(f"{HTML}nav"))
    assert CYRILLIC.search(text_of(nav))


def test_dates_and_numbers_follow_the_language(taught: Flask, learner: CheckingClient) -> None:
    learner.get("/?lang=ru")
    page = words_of(learner.page)

    assert re.search(r"(понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)", page.lower())


def test_counts_take_the_right_form_in_russian(taught: Flask, learner: CheckingClient) -> None:
    learner.get("/courses/demo?lang=ru")
    page = words_of(learner.page)

    assert "12 минут" in page
    assert "24 месяца" in page


def test_a_name_is_never_translated(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        session.get_one(Person, the_person(session, OFFICER).id).full_name = "Home Courses"
    learner.get("/?lang=ru")

    assert "Home Courses" in words_of(learner.page)


ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")


def _in_english(element: Any, lang: str = "") -> Iterator[str]:
    """The runs of English words in what is said to be in another language."""
    lang = element.get("lang") or lang
    if lang != "en" and element.tag not in (f"{HTML}title", f"{HTML}script"):
        texts = [element.text or "", *(child.tail or "" for child in element)]
        yield from (found for text in texts for found in ENGLISH.findall(text))
    for child in element:
        yield from _in_english(child, lang)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/courses",
        "/courses/quizzing",
        "/courses/quizzing/one/a-section",
        "/courses/quizzing/one/opening",
        "/courses/quizzing/quizzes/small-quiz",
    ],
)
def test_english_words_on_a_russian_page_say_that_they_are_english(
    site: Flask, client: CheckingClient, path: str
) -> None:
    opened(site, client)
    client.get("/verify?lang=ru")

    client.get(path, follow_redirects=True)

    main = next(client.page.iter(f"{HTML}main"))
    assert client.page.get("lang") == "ru"
    assert list(_in_english(main, "ru")) == []
    assert ENGLISH.search(text_of(main)), "the course on the page is English"


def test_a_marked_question_and_its_result_say_which_words_are_english(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    client.get("/verify?lang=ru")
    base = start(client)

    for path in (f"{base}/1", f"{base}/review"):
        client.get(path)
        assert list(_in_english(next(client.page.iter(f"{HTML}main")), "ru")) == []
    client.send(f"{base}/submit", page=f"{base}/review")
    client.get(f"{base}/result")
    assert list(_in_english(next(client.page.iter(f"{HTML}main")), "ru")) == []


MINORITY = ("kk", "ky", "tg", "tk", "uz", "uz-Cyrl")
PAGES = ("/", "/courses", "/courses/demo", "/courses/demo/glossary", "/certificates", "/account", "/verify", "/nowhere")


@pytest.mark.parametrize("language", MINORITY)
def test_no_page_of_an_officer_says_a_message_in_english_or_russian(
    taught: Flask, learner: CheckingClient, language: str
) -> None:
    ours, russian = catalogue(language), catalogue("ru")
    english = {name for name in said() if isinstance(name, str) and ours.gettext(name) != name}
    foreign = english | {russian.gettext(name) for name in english if ours.gettext(name) != russian.gettext(name)} - {
        ours.gettext(name) for name in english
    }
    for path in PAGES:
        learner.get(f"{path}?lang={language}")
        assert learner.page.get("lang") == language
        assert set(_texts_in(learner.page, language)) & foreign == set()


def _texts_in(element: Any, language: str, lang: str = "") -> Iterator[str]:
    """The texts of a page that are said to be in its language."""
    lang = element.get("lang") or lang
    if lang == language:
        yield from (text.strip() for text in (element.text or "", *(child.tail or "" for child in element)))
    for child in element:
        yield from _texts_in(child, language, lang)


@pytest.mark.parametrize("language", NAMES)
def test_the_foot_says_where_a_native_speaker_has_yet_to_review(client: CheckingClient, language: str) -> None:
    client.get(f"/verify?lang={language}")
    foot = next(node for node in client.page.iter(f"{HTML}footer"))
    note = catalogue(language).gettext("A native speaker has yet to review this translation.")

    assert (note in words_of(foot)) == (language in MINORITY)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "24 November 2026"),
        ("ru", "24 ноября 2026"),
        ("kk", "2026\u202fж. 24 қараша"),
        ("ky", "2026-ж., 24-ноябрь"),
        ("tg", "24 Ноябр 2026"),
        ("tk", "24 noýabr 2026"),
        ("uz", "24-noyabr, 2026"),
        ("uz-Cyrl", "24 ноябр, 2026"),
    ],
)
def test_a_day_is_written_in_the_manner_of_its_language(site: Flask, language: str, expected: str) -> None:
    with site.test_request_context(f"/?lang={language}"):
        assert day(date(2026, 11, 24)) == expected
        assert number(Decimal("1234.5")) == ("1,234.5" if language == "en" else "1\u00a0234,5")


def test_a_lesson_without_uzbek_falls_back_to_russian_before_english(site: Flask, client: CheckingClient) -> None:
    folder, files, _ = read_folder(GOOD / "translated")
    with writing(site) as session:
        an_enrolment(session, a_person(session, OFFICER), a_course(session, folder, files=files))
    client.sign_in(OFFICER)
    client.get(f"/courses/{folder}/triage/why?lang=uz-Cyrl")

    labels = [text_of(node) for node in client.page.iter(f"{HTML}p") if "fallback-label" in (node.get("class") or "")]
    assert "Русский" in labels[0]
    prose = next(node for node in client.page.iter(f"{HTML}div") if "prose" in (node.get("class") or ""))
    assert prose.get("lang") == "ru"
    assert "Зачем сортировать" in text_of(prose)


def test_the_state_of_languages_is_shown_to_trainers_alone(taught: Flask, client: CheckingClient) -> None:
    client.sign_in("trainer")
    client.get("/write/languages")

    words = words_of(client.page)
    assert "Words of the site" in words
    for language in MINORITY:
        assert NAMES[language] in words
    assert "await a native speaker" in words
    assert "Nothing yet in: " in words


def test_an_officer_may_not_see_the_state_of_languages(learner: CheckingClient) -> None:
    assert learner.get("/write/languages").status_code == 403


@pytest.mark.parametrize("language", NAMES)
def test_a_certificate_is_printed_in_every_language(taught: Flask, learner: CheckingClient, language: str) -> None:
    with writing(taught) as session:
        learn(session, an_enrolment(session, the_person(session, OFFICER)))
        code = session.scalars(select(Certificate.code)).one()
    answer = learner.get(f"/certificates/{code}.pdf?lang={language}")

    assert answer.status_code == 200
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())
    assert catalogue(language).gettext("Certificate of completion") in words
