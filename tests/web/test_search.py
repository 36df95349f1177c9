"""The page of the search: what it finds, where it leads, and what it never tells."""

import sys
from pathlib import Path

import pytest
from flask import Flask

from elearn.__main__ import main
from elearn.content.files import write_folder
from elearn.db.engine import Database
from elearn.search.rules import PER_PAGE
from tests.checking import HTML, CheckingClient, links_of, text_of, words_of
from tests.database.test_search import HOSTILE, found
from tests.factories import a_course, an_enrolment, course_files, the_person, writing
from tests.search_course import search_files
from tests.secret_course import SecretCourse
from tests.web.conftest import OFFICER

QUESTIONS = ("freezing", "funds frozen", "замораживание", "quetzal", "report analysts", "zzzz", "quetz zzzz", "")


@pytest.fixture
def read(taught: Flask, client: CheckingClient) -> CheckingClient:
    """An officer enrolled in the course of words, and not in another one, on a site in two languages."""
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), a_course(session, "words", files=search_files()))
        a_course(session, "other", files=course_files("other", "Another course", module=("Each heading", "A quetzal")))
    client.sign_in(OFFICER)
    return client


def search(client: CheckingClient, question: str, **more: str) -> list[str]:
    """Where the results lead, in their order."""
    client.get("/search", query_string={"q": question, **more})
    return [node.find(f"{HTML}a").get("href") for node in client.page.iter(f"{HTML}h3")]


def marked(client: CheckingClient) -> list[str]:
    """The words that are marked on the page."""
    return [text_of(node) for node in client.page.iter(f"{HTML}mark")]


def main_of(client: CheckingClient) -> str:
    """What one reads on the page."""
    return words_of(next(client.page.iter(f"{HTML}main")))


def test_a_result_leads_to_the_part_of_the_section_with_its_words_marked(read: CheckingClient) -> None:
    first, *rest = search(read, "working groups")

    assert (first, rest) == ("/courses/words/example/delay#hours", [])
    assert marked(read) == ["working", "group"]
    assert "1.1 Freezing without delay" in main_of(read)
    assert "One place found" in main_of(read)
    read.get(first)
    assert "the working group says" in words_of(read.page)
    assert any(node.get("id") == "hours" for node in read.page.iter())


def test_every_result_leads_to_a_page_with_the_words(read: CheckingClient) -> None:
    for question, word in (
        ("listed persons", "listed persons"),
        ("замораживание", "Замораживание"),
        ("quetzal analysts", "report"),
    ):
        for href in search(read, question):
            answer = read.get(href, follow_redirects=True)
            assert word in answer.get_data(as_text=True), (question, href)


def test_what_one_is_not_enrolled_in_leads_to_where_one_enrols(read: CheckingClient) -> None:
    hrefs = search(read, "quetzal")

    assert sorted(hrefs[:2]) == ["/courses/words/example/delay#hours", "/courses/words/example/report"]
    assert hrefs[2:] == ["/courses/other"]
    assert "Another course Enrol to read it" in main_of(read)


def test_the_language_of_the_page_comes_first_and_another_is_named_and_brought_along(read: CheckingClient) -> None:
    assert search(read, "перечень") == ["/courses/words/example/delay?lang=ru"]
    row = next(node for node in read.page.iter(f"{HTML}h3"))
    assert row.get("lang") == "ru"
    assert "Русский" in main_of(read)
    assert next(read.page.iter(f"{HTML}html")).get("lang") == "en"

    assert search(read, "перечень", lang="ru") == ["/courses/words/example/delay"]
    assert next(node for node in read.page.iter(f"{HTML}h3")).get("lang") is None
    assert "Найдено 1 место" in main_of(read)


def test_a_text_shown_for_want_of_another_needs_no_change_of_language(read: CheckingClient) -> None:
    """The section on reports was not translated: on a Russian page it is shown in English as it is."""
    assert search(read, "quetzal analysts", lang="ru") == ["/courses/words/example/report"]
    assert "English" in main_of(read)


def test_a_section_found_in_two_languages_is_shown_once(read: CheckingClient) -> None:
    hrefs = search(read, "1")
    assert len(hrefs) == len(set(hrefs))


def test_who_is_signed_out_is_asked_to_sign_in_first(taught: Flask, client: CheckingClient) -> None:
    answer = client.get("/search?q=quetzal")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/search?q%3Dquetzal")
    client.get("/sign-in")
    assert not [node for node in client.page.iter(f"{HTML}input") if node.get("type") == "search"]


def test_every_page_has_the_field_in_its_head_and_the_search_one_of_its_own(read: CheckingClient) -> None:
    for path, names in (("/", ["head-q"]), ("/courses", ["head-q"]), ("/account", ["head-q"]), ("/search?q=x", ["q"])):
        read.get(path)
        fields = [node for node in read.page.iter(f"{HTML}input") if node.get("type") == "search"]
        assert [field.get("id") for field in fields] == names, path
    assert fields[0].get("value") == "x"


@pytest.mark.parametrize("name", ["trainer", "manager", "organiser", "admin"])
def test_staff_search_as_well(taught: Flask, client: CheckingClient, name: str) -> None:
    client.sign_in(name)
    assert search(client, "small course") == ["/courses/demo"]


def test_nothing_found_says_so_and_gives_advice(read: CheckingClient) -> None:
    assert search(read, "zzzz") == []
    assert "Nothing found for “zzzz”." in main_of(read)
    assert "/courses" in links_of(read.page)


def test_without_a_question_the_page_says_what_one_can_ask(read: CheckingClient) -> None:
    assert search(read, "  ") == []
    assert "Lessons and glossaries of the courses you may read" in main_of(read)


def test_where_nothing_has_all_the_words_what_has_some_is_shown_and_said_so(read: CheckingClient) -> None:
    assert "/courses/words/example/report" in search(read, "quetzal zzzz")
    assert "No page has all of these words" in main_of(read)
    assert marked(read).count("quetzal") >= 2


def test_pages_hold_every_result_once(taught: Flask, client: CheckingClient) -> None:
    count = 2 * PER_PAGE + 3
    sections = "\n".join(f"## Heron {n} <!-- id: s{n} -->\n\nOne heron.\n" for n in range(count))
    lesson = f"---\ntitle: Birds\nminutes: 60\n---\nOf birds.\n\n{sections}"
    with writing(taught) as session:
        files = course_files("birds", "Of birds") | {"01-example/module.md": lesson.encode()}
        an_enrolment(session, the_person(session, OFFICER), a_course(session, "birds", files=files))
    client.sign_in(OFFICER)
    pages = [search(client, "heron", page=str(page)) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [PER_PAGE, PER_PAGE, 3]
    assert len({href for page in pages for href in page}) == count
    assert "43 places found" in main_of(client)
    assert "41 to 43 of 43" in main_of(client)
    assert "/search?q=heron&page=2" in links_of(client.page)
    assert "/search?q=heron&page=4" not in links_of(client.page)
    for odd, shown in (("99", pages[2]), ("0", pages[0]), ("-1", pages[0]), ("x", pages[0]), ("9" * 30, pages[2])):
        assert search(client, "heron", page=odd) == shown


def test_what_is_typed_is_shown_as_text_and_breaks_nothing(read: CheckingClient) -> None:
    for question in (*HOSTILE, "<script>alert(1)</script>", '" autofocus onfocus="x'):
        answer = read.get("/search", query_string={"q": question})
        assert answer.status_code == (422 if "\x00" in question else 200), question
        assert "<script>alert" not in answer.get_data(as_text=True)


def test_markup_that_a_lesson_speaks_of_is_shown_as_text(taught: Flask, client: CheckingClient) -> None:
    files = course_files(
        "odd", module=("Each heading", "Never write `<img src=x onerror=alert(1)>` anywhere. Each heading")
    )
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), a_course(session, "odd", files=files))
    client.sign_in(OFFICER)

    assert search(client, "onerror") == ["/courses/odd/example/a-section"]
    assert "<img src=x onerror=alert(1)>" in main_of(client)


def test_no_key_no_feedback_and_no_note_can_be_found(taught: Flask, client: CheckingClient) -> None:
    secret = SecretCourse()
    with writing(taught) as session:
        release = a_course(session, "secrets", files=secret.files)
        an_enrolment(session, the_person(session, OFFICER), release)
        words = sorted(form for form in secret.markers if form.startswith("zq") and form.isalpha())
        assert len(words) > 100
        for start in range(0, len(words), 10):
            assert found(session, " ".join(words[start : start + 10]), is_loose=True) == []
    client.sign_in(OFFICER)
    for question in ("section", "marker", "question", "module", "opening", "answer", "right"):
        answer = client.get("/search", query_string={"q": question})
        assert secret.owners_in(answer.get_data(as_text=True)) == set()
    assert search(client, "marker") != []


def test_a_course_brought_in_by_a_command_can_be_found_at_once(
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ELEARN_DATABASE_URL", database_url)
    folder = tmp_path / "words"
    folder.mkdir()
    write_folder(folder, search_files())

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["elearn", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    run("course", "import", str(folder))
    with database.reading() as session:
        before = found(session, "quetzal")
        assert len(before) == 2
    assert run("search", "rebuild") == "Indexed anew: releases 1, passages 12; taken out: releases 0.\n"
    with database.reading() as session:
        assert found(session, "quetzal") == before


def test_the_search_never_asks_more_than_its_budget(read: CheckingClient) -> None:
    """The checking client counts; here every way through the page is tried."""
    for question in QUESTIONS:
        for page in ("1", "2"):
            assert read.get("/search", query_string={"q": question, "page": page}).status_code == 200
