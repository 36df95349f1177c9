"""The pages on which courses are written: drafts, previews, problems, publishing."""

import re

import pytest
from flask import Flask

from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.security.policy import Role, ScopeKind
from tests.checking import CheckingClient
from tests.factories import NOON, a_person, course_files, writing
from tests.pictures import a_photograph
from tests.web.authoring import LESSON, Desk, revision_in, text_in
from tests.web.conftest import OFFICER

OLD, NEW = "Each heading with two signs", "Every heading with two signs"
MARKDOWN = sorted(path for path in course_files() if path.endswith(".md"))


@pytest.fixture
def desk(taught: Flask, client: CheckingClient) -> Desk:
    """A trainer at the course."""
    client.sign_in("trainer")
    return Desk(client, taught.extensions["elearn.database"])


def another(site: Flask, name: str) -> CheckingClient:
    """Somebody else's browser."""
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in(name)
    return client


def test_the_list_names_each_course_with_its_release_and_who_is_changing_it(desk: Desk) -> None:
    page = desk.page("/write")
    assert 'href="/write/demo"' in page
    assert "0.1.0, release 1" in page
    assert "Nobody is changing any of them" in page

    desk.save(desk.saved().replace(OLD, NEW))
    page = desk.page("/write")
    assert "One has drafts that officers cannot see yet." in page
    assert "one file" in page
    assert ", you" in page


@pytest.mark.parametrize("path", MARKDOWN)
def test_every_file_opens_beside_its_preview(desk: Desk, path: str) -> None:
    page = desk.editor(path)
    assert text_in(page) == desk.saved(path)
    assert "Nothing to mend in this file." in page


def test_a_preview_shows_what_was_typed_and_saves_nothing(desk: Desk) -> None:
    before = desk.saved()
    response = desk.send("preview", before.replace(OLD, NEW))

    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert f"<p>{NEW}" in page
    assert NEW in text_in(page)
    assert "Not saved yet" in page
    assert desk.saved() == before


def test_a_preview_asked_for_by_a_script_is_only_the_parts_that_change(desk: Desk) -> None:
    with desk.client.unchecked():
        page = desk.send("preview", desk.saved().replace(OLD, NEW), fragment=True).get_data(as_text=True)
    assert "<html" not in page
    assert "<textarea" not in page
    assert NEW in page
    for part in ("alerts", "state", "saved", "revision", "discard", "preview", "problems", "history"):
        assert page.count(f'id="w_{part}"') == 1
        assert desk.editor().count(f'id="w_{part}"') == 1


def test_a_draft_is_saved_and_officers_do_not_see_it(desk: Desk, taught: Flask) -> None:
    desk.save(desk.saved().replace(OLD, NEW))

    page = desk.editor()
    assert NEW in text_in(page)
    assert re.search(r"Saved at \d\d:\d\d", page)
    officer = another(taught, "officer")
    officer.send("/courses/demo/enrol")
    seen = officer.get("/courses/demo/example/a-section").get_data(as_text=True)
    assert OLD in seen
    assert NEW not in seen


def test_the_preview_is_what_officers_will_read(desk: Desk, taught: Flask) -> None:
    officer = another(taught, "officer")
    officer.send("/courses/demo/enrol")
    preview = desk.editor()
    for section in ("a-section", "callouts"):
        read = officer.get(f"/courses/demo/example/{section}").get_data(as_text=True)
        body = re.search(r"</h1>\n(.*?)(?:<form class=\"check\"|  </div>\n)", read, re.DOTALL)
        assert body is not None
        assert body[1].strip() in preview


def test_problems_stand_beside_the_text_with_their_lines(desk: Desk) -> None:
    text = desk.saved().replace("(images/flow.svg", "(images/flaw.svg")
    line = next(number for number, words in enumerate(text.split("\n"), 1) if "flaw.svg" in words)
    page = desk.send("preview", text).get_data(as_text=True)

    assert "one error" in page
    assert f'data-line="{line}">Line {line}</b>' in page
    assert "P002" in page
    desk.save(text)
    assert f"/write/demo/files/{LESSON}?line={line}" in desk.page("/write/demo")


def test_publishing_moves_nobody_and_new_enrolments_get_the_new_release(desk: Desk, taught: Flask) -> None:
    early = another(taught, "officer")
    early.send("/courses/demo/enrol")
    desk.save(desk.saved().replace(OLD, NEW))
    response = desk.press("publish")
    assert response.status_code == 303
    page = desk.page(response.location)
    assert "Published: release 2." in page

    with writing(taught) as session:
        a_person(session, "late")
    late = another(taught, "late")
    late.send("/courses/demo/enrol")
    assert OLD in early.get("/courses/demo/example/a-section").get_data(as_text=True)
    assert NEW in late.get("/courses/demo/example/a-section").get_data(as_text=True)
    assert "1 on release 2, 1 on release 1" in desk.page("/write")


def test_publishing_warns_of_a_version_that_stands_already(desk: Desk) -> None:
    desk.save(desk.saved().replace(OLD, NEW))
    page = desk.page("/write/demo")
    assert "The version in course.md still is 0.1.0, which release 1 has, too." in page
    assert "Publish 0.1.0 again" in page

    desk.save(desk.saved("course.md").replace("0.1.0", "0.2.0"), "course.md")
    page = desk.page("/write/demo")
    assert "still is" not in page
    assert "Publish 0.2.0" in page


def test_nothing_changed_means_nothing_to_publish(desk: Desk) -> None:
    page = desk.page("/write/demo")
    assert "Nothing has changed since release 1." in page
    assert re.search(r'<button class="button primary"[^>]* disabled>', page)
    assert desk.press("publish").location == "/write/demo?done=same"
    assert "Release 1 says the same already" in desk.page("/write/demo?done=same")


def test_a_course_with_errors_is_not_published_even_if_the_button_is_forced(desk: Desk) -> None:
    desk.save(desk.saved().replace("## Callouts <!-- id: callouts -->", "## Callouts"))
    assert "Waits for one error to be mended." in desk.page("/write/demo")

    response = desk.press("publish")
    assert response.status_code == 422
    assert "has 1 errors and was not published" in response.get_data(as_text=True)
    with desk.database.reading() as session:
        assert current_release(session, "demo").number == 1


def test_pressing_publish_on_an_old_page_publishes_nothing(desk: Desk) -> None:
    desk.save(desk.saved().replace(OLD, NEW))
    page = desk.page("/write/demo")
    digest = re.search(r'name="digest" value="([^"]+)"', page)
    assert digest is not None
    desk.save(desk.saved().replace(NEW, "All headings with two signs"))

    for action in ("publish", "discard"):
        response = desk.press(action, digest[1])
        assert response.status_code == 409
        assert "Somebody saved or published since you opened this page." in response.get_data(as_text=True)
    with desk.database.reading() as session:
        assert current_release(session, "demo").number == 1


def test_publishing_twice_makes_one_release(desk: Desk) -> None:
    desk.save(desk.saved().replace(OLD, NEW))
    digest = re.search(r'name="digest" value="([^"]+)"', desk.page("/write/demo"))
    assert digest is not None
    assert desk.press("publish", digest[1]).location == "/write/demo?done=published"
    assert desk.press("publish", digest[1]).location == "/write/demo?done=same"
    with desk.database.reading() as session:
        assert current_release(session, "demo").number == 2


def test_what_a_colleague_saved_meanwhile_is_not_overwritten_and_ones_own_text_is_not_lost(
    desk: Desk, taught: Flask
) -> None:
    with writing(taught) as session:
        a_person(session, "colleague", full_name="Gülşirin Aşyrowa", roles=((Role.TRAINER, ScopeKind.ALL),))
    opened = revision_in(desk.editor())
    theirs = Desk(another(taught, "colleague"), desk.database)
    theirs.save(desk.saved().replace(OLD, "Their heading"))
    mine = course_files()[LESSON].decode().replace(OLD, "My heading")

    response = desk.send("save", mine, revision=opened)
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Gülşirin Aşyrowa saved this file while you were editing it" in page
    assert text_in(page) == mine
    assert re.search(r"<del>Their heading[^<]*</del>\s*<ins>My heading", page)
    assert "Their heading" in desk.saved()

    assert desk.send("save", mine, revision=revision_in(page)).status_code == 303, "the difference was seen"
    assert desk.saved() == mine


def test_a_script_that_saves_is_told_of_a_conflict(desk: Desk) -> None:
    opened = revision_in(desk.editor())
    desk.save(desk.saved().replace(OLD, "Their heading"))
    with desk.client.unchecked():
        assert desk.send("save", "Mine.\n", revision=opened, fragment=True).status_code == 409
        response = desk.send("save", desk.saved() + "\nMore.\n", fragment=True)
    assert response.status_code == 200
    assert revision_in(response.get_data(as_text=True)) == revision_in(desk.editor())


def test_a_draft_is_discarded_and_the_file_is_as_published(desk: Desk) -> None:
    before = desk.saved()
    desk.save(before.replace(OLD, NEW))
    assert "Discard this draft" in desk.editor()
    assert desk.send("discard", "whatever").status_code == 303
    assert desk.saved() == before
    assert "Discard this draft" not in desk.editor()


def test_all_drafts_are_discarded_at_once(desk: Desk) -> None:
    before = desk.saved()
    desk.save(before.replace(OLD, NEW))
    desk.add("02-banks/module.md")
    assert "Discard all 2 drafts" in desk.page("/write/demo")
    response = desk.press("discard")
    assert "The drafts are discarded" in desk.page(response.location)
    assert desk.saved() == before


def test_a_module_is_added_written_published_and_read(desk: Desk, taught: Flask) -> None:
    response = desk.add("02-banks/module.md")
    assert response.location == "/write/demo/files/02-banks/module.md"
    assert "Write the missing ids" not in desk.page(response.location)
    desk.save(desk.saved("02-banks/module.md").replace("One idea a section", "Banks report"), "02-banks/module.md")
    assert desk.press("publish").location == "/write/demo?done=published"
    officer = another(taught, "officer")
    officer.send("/courses/demo/enrol")
    assert "Banks report" in officer.get("/courses/demo/banks/first-section").get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("", 422, "Write the name of the file."),
        ("../../etc/passwd", 422, "A course has no place for a file"),
        ("02-banks/quiz.md", 422, "belongs to «02-banks/module.md»"),
        ("01-other/module.md", 422, "has that number or that name already"),
        ("exam.md", 409, "This course has a file «exam.md» already."),
        ("<script>alert(1)</script>", 422, "A course has no place for a file"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_a_sentence(desk: Desk, path: str, status: int, words: str) -> None:
    response = desk.add(path)
    assert response.status_code == status
    assert words in response.get_data(as_text=True)


def test_a_file_that_was_never_published_is_deleted_with_its_draft(desk: Desk) -> None:
    desk.add("pools/banks.md")
    assert "Delete this file" in desk.editor("pools/banks.md")
    response = desk.send("discard", "", "pools/banks.md")
    assert "The file is deleted." in desk.page(response.location)
    assert desk.client.get("/write/demo/files/pools/banks.md").status_code == 404


def test_missing_ids_are_written_into_the_text_and_nothing_is_saved(desk: Desk) -> None:
    before = desk.saved()
    without = before.replace(" <!-- id: callouts -->", "")
    page = desk.send("preview", without).get_data(as_text=True)
    assert "Write the missing ids" in page

    page = desk.send("ids", without).get_data(as_text=True)
    assert "## Callouts <!-- id: callouts -->" in text_in(page)
    assert desk.saved() == before


def test_a_text_that_is_too_long_is_refused_and_stays_in_the_field(desk: Desk) -> None:
    text = "## Words <!-- id: words -->\n\n" + "word " * 200_001
    for action in ("save", "preview"):
        response = desk.send(action, text)
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert "1,000,000 are allowed" in page
        assert text_in(page) == text
    assert "word word" not in desk.saved()


def test_a_form_that_does_not_say_where_it_started_is_refused(desk: Desk) -> None:
    response = desk.send("save", "x", revision="forged")
    assert response.status_code == 422
    assert "does not say which text it started from" in response.get_data(as_text=True)


def test_a_text_that_begins_with_an_empty_line_keeps_it(desk: Desk) -> None:
    text = "\n\n" + desk.saved("glossary.md")
    desk.save(text, "glossary.md")
    assert desk.saved("glossary.md") == text
    assert text_in(desk.editor("glossary.md")) == text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/write/other", 404),
        ("/write/other/files/course.md", 404),
        ("/write/demo/files/nothing.md", 404),
        ("/write/demo/files/../../etc/passwd.md", 404),
        ("/write/demo/files/01-example/images/flow.svg", 422),
    ],
)
def test_what_is_not_there_is_not_opened(desk: Desk, path: str, status: int) -> None:
    assert desk.client.get(path).status_code == status


def test_a_question_is_shown_with_its_key_its_feedback_and_the_trainers_note(desk: Desk) -> None:
    page = desk.editor("01-example/quiz.md")
    assert "Only trainers see this note." in page
    assert "Paragraphs stand on the page they are in." in page
    assert "Refused" in page
    assert "/prioriti[sz](ation|ing)/" in page or "prioriti[sz](ation|ing)" in page
    assert page.count('class="option is-right"') >= 5


def test_a_question_with_an_error_is_left_out_and_said_to_be(desk: Desk) -> None:
    text = desk.saved("01-example/quiz.md").replace("- (x) A heading with two signs", "- ( ) A heading with two signs")
    page = desk.send("preview", text, "01-example/quiz.md").get_data(as_text=True)
    assert "A question with an error is left out here until it is mended." in page
    assert (
        "A picture with a title is a figure on its page."
        not in page.partition('id="w_preview"')[2].partition("editor-foot")[0]
    )


@pytest.mark.parametrize("person", ["officer", "manager", "organiser", "admin"])
def test_only_trainers_open_these_pages(taught: Flask, client: CheckingClient, person: str) -> None:
    client.sign_in(person)
    for path in ("/write", "/write/demo", f"/write/demo/files/{LESSON}"):
        response = client.get(path)
        assert response.status_code == 403
        assert OLD not in response.get_data(as_text=True)
    token = client.token("/account")
    for path in ("/write/demo/publish", "/write/demo/discard", "/write/demo/add", f"/write/demo/files/{LESSON}"):
        for headers in ({}, {"X-Fragment": "1"}):
            response = client.post(
                path,
                data={"csrf_token": token, "action": "preview", "text": "x", "revision": "-", "path": "exam.ru.md"},
                headers=headers,
            )
            assert response.status_code == 403
            assert "triage" not in response.get_data(as_text=True)


def test_who_is_not_signed_in_is_sent_to_sign_in(taught: Flask, client: CheckingClient) -> None:
    assert client.get("/write/demo").location == "/sign-in?next=/write/demo"


def test_the_pages_are_in_russian_for_who_reads_russian(desk: Desk) -> None:
    desk.save(desk.saved().replace(OLD, NEW))
    for path in ("/write", "/write/demo", f"/write/demo/files/{LESSON}"):
        assert '<html lang="ru"' in desk.page(f"{path}?lang=ru")


def test_a_preview_shows_the_pictures_of_the_draft_to_who_writes_it_alone(desk: Desk, taught: Flask) -> None:
    files = course_files() | {"01-example/images/desk.jpg": a_photograph(2000, 1000), "01-example/a.pdf": b"%PDF-1.7"}
    with writing(taught) as session:
        publish(session, "demo", files, now=NOON)
    shown = "\n\nSee /media/x and [it](a.pdf).\n\n![A desk.](images/desk.jpg)\n"
    page = desk.send("preview", desk.saved() + shown).get_data(as_text=True)
    image = re.search(r'<img src="([^"]+)" srcset="([^"]+)"', page)
    link = re.search(r'<a[^>]* href="([^"]+\.pdf)"', page)
    assert image is not None
    assert link is not None
    assert "See /media/x and" in page.partition("w_preview")[2]
    addresses = {image[1], link[1], *(candidate.split()[0] for candidate in image[2].split(","))}
    assert len(addresses) == 3
    assert all(re.fullmatch(r"/write/demo/media/[0-9a-f]{64}\.(jpg|pdf)", address) for address in addresses)
    for address in addresses:
        response = desk.client.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"].endswith("immutable")
    none = desk.client.get(f"/write/demo/media/{'0' * 64}.jpg")
    officer = another(taught, OFFICER)
    refused = [officer.get(address).status_code for address in addresses]
    hidden = [officer.get(address.replace("/write/demo", "")).status_code for address in addresses]
    assert (none.status_code, set(refused), set(hidden)) == (404, {403}, {404})
