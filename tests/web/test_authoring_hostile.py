"""A trainer's text does nothing in a colleague's browser, whatever it holds."""

from typing import Any

import html5lib
import pytest
from flask import Flask

from elearn.authoring.rules import NO_FILE
from tests.checking import CheckingClient
from tests.factories import course_files
from tests.web.authoring import LESSON, Desk

HTML = "{http://www.w3.org/1999/xhtml}"

ATTACKS = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<iframe src="javascript:alert(1)"></iframe>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>*{display:none}</style>",
    '<p style="position:fixed;inset:0">x</p>',
    "<form action=/sign-out method=post><button>Continue</button></form>",
    "<base href=//evil.invalid/>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "</textarea><script>alert(1)</script>",
    "</title></div></section></main><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&#58;alert(1))",
    "[click](  javascript:alert(1)  )",
    "[click](java&Tab;script:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[click](vbscript:msgbox(1))",
    '[click](https://example.org/ "x\\" onclick=\\"alert(1)")',
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '![x" onerror="alert(1)](images/flow.svg "y\\" onload=\\"alert(1)")',
    "[ref]\n\n[ref]: javascript:alert(1) 'x'",
    "`</code><script>alert(1)</script>`",
    "```html\n</code></pre><script>alert(1)</script>\n```",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "> [!LAW] <img src=x onerror=alert(1)>\n> <script>alert(1)</script>",
    '> [!CASE] " onmouseover="alert(1)\n> x',
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    '*[x]: " onmouseover="alert(1)',
    "{: onclick=alert(1) }",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u2028<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
)
FILES = ("01-example/module.md", "01-example/quiz.md", "pools/example.md", "glossary.md", "course.md")


@pytest.fixture
def desk(taught: Flask, client: CheckingClient) -> Desk:
    """A trainer at the course."""
    client.sign_in("trainer")
    return Desk(client, taught.extensions["elearn.database"])


NOWHERE = str(NO_FILE)  # looking at a text needs no right starting point


def check_harmless(source: str) -> None:
    """Raise AssertionError if the page could do anything but be read."""
    tree: Any = html5lib.parse(source, namespaceHTMLElements=True)
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        tag = node.tag.rpartition("}")[2].lower()
        assert tag not in {"iframe", "object", "embed", "base", "style", "math", "foreignobject", "applet", "link"} or (
            tag == "link" and node.get("href", "").startswith(("/static/", "/manifest.webmanifest?"))
        ), tag
        if tag == "script":
            assert node.get("src", "").startswith(("/static/site.", "/static/desk.")), "a script that is not ours"
            assert not (node.text or "").strip()
        if tag == "form" and node.get("method") != "dialog":
            assert node.get("action", "").startswith(("/write/", "/sign-out", "/search")), node.get("action")
        for name, value in node.attrib.items():
            plain = name.rpartition("}")[2].lower()
            assert not plain.startswith("on"), f"{plain} on {tag}"
            assert plain not in {"style", "srcdoc", "formaction", "ping"}, f"{plain} on {tag}"
            if plain in {"href", "src", "action", "xlink:href", "srcset", "poster"}:
                scheme = "".join(letter for letter in value.lower() if letter > " ")
                assert not scheme.startswith(("javascript:", "data:", "vbscript:")), value
    assert all(node.get("src", "").startswith(("/media/", "/write/demo/media/")) for node in tree.iter(f"{HTML}img"))


WHOLE = [pytest.param(1, id="dealt"), pytest.param(0, id="all", marks=pytest.mark.drill)]


def attacks_on(at: int, places: int, *, is_dealt: int) -> tuple[str, ...]:
    """The attacks on one of several places: dealt, each is tried at one of them; the drill tries all at each."""
    return ATTACKS[at::places] if is_dealt else ATTACKS


@pytest.mark.parametrize("is_dealt", WHOLE)
@pytest.mark.parametrize("path", FILES)
def test_hostile_text_does_nothing_in_a_preview(desk: Desk, path: str, is_dealt: int) -> None:
    plain = desk.saved(path)
    for attack in attacks_on(FILES.index(path), len(FILES), is_dealt=is_dealt):
        response = desk.send("preview", f"{plain}\n\n{attack}\n", path, revision=NOWHERE)
        check_harmless(response.get_data(as_text=True))


@pytest.mark.parametrize("is_dealt", WHOLE)
@pytest.mark.parametrize("path", FILES)
def test_hostile_headings_and_answers_do_nothing_in_a_preview(desk: Desk, path: str, is_dealt: int) -> None:
    plain = desk.saved(path)
    for attack in attacks_on(FILES.index(path), len(FILES), is_dealt=is_dealt):
        line = attack.replace("\n", " ").replace("\x00", "")
        answers = f"- ( ) {line}\n  > {line}\n- (x) right {line}\n\n> [!NOTE]\n> {line}\n"
        text = f"{plain}\n\n## {line} <!-- id: hostile -->\n\n{line}\n\n{answers}"
        check_harmless(desk.send("preview", text, path, revision=NOWHERE).get_data(as_text=True))


@pytest.mark.parametrize("is_dealt", WHOLE)
@pytest.mark.parametrize("path", ["course.md", LESSON, "01-example/quiz.md", "exam.md"])
def test_hostile_front_matter_and_ids_do_nothing_in_a_preview(desk: Desk, path: str, is_dealt: int) -> None:
    plain = desk.saved(path)
    places = ("course.md", LESSON, "01-example/quiz.md", "exam.md")
    for attack in attacks_on(places.index(path), len(places), is_dealt=is_dealt):
        line = attack.replace("\n", " ").replace("\x00", "").replace("'", "''")
        text = (
            plain.replace('title: "A small course"', f"title: '{line}'")
            .replace('title: "The first module: an example"', f"title: '{line}'")
            .replace("id: callouts", f"id: {line}")
            .replace("tags: structure", f"tags: {line}")
            .replace("tags: [exam]", f"tags: ['{line}']")
            .replace("Exam: an example", line)
        )
        assert line in text
        check_harmless(desk.send("preview", text, path, revision=NOWHERE).get_data(as_text=True))


@pytest.mark.parametrize("name", ["w_preview", "main", "w_edit", "w_text", "constructor", "__proto__"])
def test_an_authors_id_never_is_one_of_the_pages_own(desk: Desk, name: str) -> None:
    text = desk.saved() + f"\n## More <!-- id: more -->\n\n### A part <!-- id: {name} -->\n\nWords.\n"
    response = desk.send("preview", text)  # the checking client refuses an id that stands twice
    assert response.status_code == 200


def test_a_saved_attack_does_nothing_on_the_other_pages(desk: Desk) -> None:
    title = course_files()["course.md"].decode().replace('"A small course"', "'<script>alert(1)</script>'")
    desk.save(title, "course.md")
    desk.save(desk.saved().replace("## Callouts", "## <img src=x onerror=alert(1)> Callouts"))
    for path in ("/write", "/write/demo", f"/write/demo/files/{LESSON}", "/write/demo/files/course.md"):
        check_harmless(desk.page(path))
