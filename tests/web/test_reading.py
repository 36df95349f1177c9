"""How somebody reads: chosen on the account or in the reader, kept with the person, applied by the server."""

import pytest
from flask import Flask

from elearn.catalogue.queries import current_release
from tests.checking import HTML, CheckingClient, text_of, words_of
from tests.factories import a_course, a_picture, an_enrolment, course_files, the_person, writing
from tests.pictures import a_photograph
from tests.web.conftest import OFFICER

SECTION = "/courses/pictured/example/a-section"
CHOSEN = {"size": "text-large", "theme": "theme-dark", "reads": ["serif", "keys"]}


@pytest.fixture
def reader(taught: Flask, learner: CheckingClient) -> CheckingClient:
    """An officer who is enrolled in a course with a picture."""
    files = course_files("pictured")
    path = "01-example/module.md"
    picture = b"\n\n![A map of <places>](images/map.png)\n"
    head, mark, rest = files[path].partition(b"id: a-section -->\n")
    files[path] = head + mark + picture + rest
    files["01-example/images/map.png"] = a_photograph(900, 500, "PNG")
    files["course.md"] += b"\n\n![A cover](images/cover.png)\n"
    files["images/cover.png"] = a_picture(10)
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), a_course(session, "pictured", files=files))
    return learner


def chosen(client: CheckingClient, path: str) -> tuple[set[str], set[str]]:
    """The classes of a page, and what is ticked in its form."""
    client.get(path)
    form = next(node for node in client.page.iter(f"{HTML}form") if node.get("action") == "/account/reading")
    ticked = {node.get("value") for node in form.iter(f"{HTML}input") if "checked" in node.attrib}
    return set(client.page.get("class").split()), ticked


@pytest.mark.parametrize("path", ["/account", SECTION])
def test_who_chose_nothing_reads_as_usual(reader: CheckingClient, path: str) -> None:
    usual = {"text-normal", "theme-system", "keys"}
    assert chosen(reader, path) == (usual, usual)


@pytest.mark.parametrize("page", ["/account", SECTION])
def test_what_is_chosen_holds_on_every_page_and_every_device(reader: CheckingClient, taught: Flask, page: str) -> None:
    back = {"back": SECTION} if page == SECTION else {}
    response = reader.send("/account/reading", CHOSEN | back, page=page)
    assert response.location == (page if back else "/account?done=saved")
    wanted = {"text-large", "theme-dark", "serif", "keys"}
    other = taught.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in(OFFICER)
    for client in (reader, other):
        assert chosen(client, "/account") == chosen(client, SECTION) == (wanted, wanted)
        client.get("/")
        assert set(client.page.get("class").split()) == wanted


def test_what_one_reader_chose_is_not_what_the_next_one_gets(reader: CheckingClient, taught: Flask) -> None:
    reader.send("/account/reading", CHOSEN)
    chosen(reader, SECTION)
    with writing(taught) as session:
        an_enrolment(session, the_person(session, "trainer"), current_release(session, "pictured"))
    other = taught.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in("trainer")
    assert chosen(other, SECTION)[0] == {"text-normal", "theme-system", "keys"}


def test_nobody_in_particular_reads_as_usual(client: CheckingClient) -> None:
    client.get("/sign-in")
    assert set(client.page.get("class").split()) == {"text-normal", "theme-system", "keys"}


def test_who_saves_data_gets_links_with_the_size_in_place_of_pictures(reader: CheckingClient) -> None:
    reader.get(SECTION)
    shown = next(reader.page.iter(f"{HTML}img"))
    picture, small = shown.get("src"), shown.get("srcset").split()[0]
    assert small != picture
    kilobytes = -(-len(reader.get(small).data) // 1024)
    reader.get("/courses/pictured")
    (cover,) = [node.get("alt") for node in reader.page.iter(f"{HTML}img")]
    assert cover == "A cover"
    reader.send("/account/reading", {"reads": "saves-data"})
    reader.get(SECTION)
    assert list(reader.page.iter(f"{HTML}img")) == []
    link = next(node for node in reader.page.iter(f"{HTML}a") if node.get("class") == "picture-link")
    assert (link.get("href"), text_of(link)) == (small, f"Picture, {kilobytes} KB: A map of <places>")
    reader.get("/courses/pictured")
    assert list(reader.page.iter(f"{HTML}img")) == []
    assert "Picture, 1 KB: A cover" in words_of(reader.page)
    reader.send("/account/reading", {"reads": "keys"})
    reader.get(SECTION)
    assert next(reader.page.iter(f"{HTML}img")).get("src") == picture


def test_nonsense_is_taken_for_nothing_chosen(reader: CheckingClient) -> None:
    sent = {"size": '"><script>', "theme": "x" * 9_000, "reads": ["serif onload=x", "\u202e"]}
    assert reader.send("/account/reading", sent).status_code == 303
    assert chosen(reader, "/account")[0] == {"text-normal", "theme-system", "serif"}
    assert "Reading" in words_of(reader.page)


def test_the_form_leads_to_no_other_site(reader: CheckingClient) -> None:
    assert reader.send("/account/reading", {"back": "//evil.example"}).location == "/account?done=saved"
