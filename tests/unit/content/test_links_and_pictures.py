"""Links and pictures of lessons."""

import hashlib
import re

import pytest

from elearn.content import pictures
from elearn.content.pictures import asset_named, assets_of, data_of_assets, digest_of, shown_sizes
from tests.pictures import a_bomb, a_moving_picture, a_photograph, exif_with_place
from tests.unit.content.making import DRAWING, MODULE_HEAD, a_course, codes, compiled, section_html

GLOSSARY = "## Tipping-off\n\nLetting a client *know*.\n\n## Triage\n\nSorting.\n"
BOX = '<rect id="r" x="1" y="1" width="9" height="9" class="f-ink"/>'


def test_a_glossary_link_is_a_term_and_the_section_lists_it() -> None:
    module = f"{MODULE_HEAD}## S <!-- id: s -->\n\nNo [tipping-off](../glossary.md#tipping-off) here.\n"
    text = a_course(module=module, glossary=GLOSSARY).modules[0].sections[1].texts["en"]
    assert text.body[0].kind == "html"
    assert '<a class="term" href="/courses/small/glossary#tipping-off">tipping-off</a>' in text.body[0].html
    assert [(word.id, word.term, word.definition) for word in text.words] == [
        ("tipping-off", "Tipping-off", "<p>Letting a client <em>know</em>.</p>")
    ]


def test_links_lead_to_sections_and_parts_by_id_or_by_the_anchor_of_a_git_host() -> None:
    body = (
        "[a](#section) [b](module.md#the-part) [c](#A-part-of-it) [d](../01-first/module.md) [e](../course.md)\n\n"
        "### A part of it <!-- id: the-part -->\n\nText.\n"
    ).replace("#A-part-of-it", "#a-part-of-it")
    html = section_html(body)
    for href in ("/section", "/section#the-part", "/section#the-part", "/opening"):
        assert f'href="/courses/small/first{href}"' in html
    assert 'href="/courses/small"' in html


def test_a_link_outside_is_https_and_gives_nothing_away() -> None:
    html = section_html("[x](https://example.org/a?b=c&d=e) <https://example.org>")
    assert '<a class="external" href="https://example.org/a?b=c&amp;d=e" rel="noopener noreferrer">x</a>' in html
    assert html.count("noreferrer") == 2


def test_a_link_that_leads_nowhere_keeps_its_words() -> None:
    assert section_html("[words](#nowhere)") == "<p><a>words</a></p>"


def test_a_drawing_is_inlined_wide_and_narrow_with_ids_of_its_own() -> None:
    images = {
        "01-first/images/x.svg": DRAWING.replace("300", "592").format(BOX),
        "01-first/images/x.narrow.svg": DRAWING.format(BOX),
    }
    html = section_html('![A box.](images/x.svg "The caption & more")', **images)
    assert '<figure class="figure" id="figure-1-1"><div class="drawing wide"><svg viewBox="0 0 592 90"' in html
    assert '<div class="drawing narrow"><svg viewBox="0 0 300 90"' in html
    assert 'aria-labelledby="figure-1-1-wide-title figure-1-1-wide-desc"' in html
    assert '<rect id="figure-1-1-narrow-r"' in html
    caption = '<span class="figure-number">Figure 1.1</span> The caption &amp; more'
    assert f"<figcaption>{caption}</figcaption></figure>" in html


def lesson_with(picture: bytes, name: str = "desk.png") -> dict[str, str | bytes]:
    return {"module": f"{MODULE_HEAD}![A desk.](images/{name})\n", f"01-first/images/{name}": picture}


def test_a_photograph_is_two_assets_wide_and_small() -> None:
    course = a_course(**lesson_with(a_photograph(2000, 1000), "desk.jpg"))
    html = course.modules[0].sections[0].texts["en"].body[0]
    assert html.kind == "html"
    found = re.search(
        r'<img src="/media/(?P<wide>\w{64}\.jpg)" srcset="/media/(?P<small>\w{64}\.jpg) 640w, /media/(?P=wide) 1184w"'
        r' sizes="\(max-width: 640px\) 200px, 592px" alt="A desk." width="1184" height="592" loading="lazy"'
        r' decoding="async">',
        html.html,
    )
    assert found is not None, html.html
    assets = {asset.name: asset for asset in course.assets}
    assert assets.keys() == {found["wide"], found["small"]}
    assert {asset.path for asset in course.assets} == {"01-first/images/desk.jpg"}
    assert assets[found["small"]].size < assets[found["wide"]].size


def test_a_narrow_photograph_is_one_asset_with_its_size() -> None:
    course = a_course(**lesson_with(a_photograph(640, 480, "PNG")))
    (asset,) = course.assets
    html = course.modules[0].sections[0].texts["en"].body[0]
    assert html.kind == "html"
    image = f'<img src="/media/{asset.name}" alt="A desk." width="640" height="480" loading="lazy" decoding="async">'
    assert image in html.html
    assert asset.media_type == "image/png"


def test_a_photograph_is_as_wide_as_it_was_held() -> None:
    files = lesson_with(a_photograph(300, 200, exif=exif_with_place(6)), "desk.jpg")
    html = a_course(**files).modules[0].sections[0].texts["en"].body[0]
    assert html.kind == "html"
    assert 'width="200" height="300"' in html.html


def test_what_is_given_out_has_the_name_and_the_size_of_its_asset_and_no_place() -> None:
    photograph = a_photograph(2000, 1000, exif=exif_with_place())
    files = {"a/x.jpg": photograph, "a/form.pdf": b"%PDF-1.7", "a/x.csv": b"1,2", "a/broken.png": b"x", "a/x.md": b"x"}
    assets = [asset for path in ("a/x.jpg", "a/form.pdf", "a/x.csv") for asset in assets_of(path, files[path])]
    for name, data in data_of_assets(assets, files).items():
        asset = next(asset for asset in assets if asset.name == name)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (asset.digest, asset.size)
        assert b"Dorn" not in data
        assert asset_named(name, files) == (asset, data)
    assert asset_named(f"{digest_of(photograph)}.jpg", files) is None, "the file itself is never given out"


def test_a_course_compiled_twice_names_its_pictures_alike() -> None:
    files = lesson_with(a_photograph(2000, 1000), "desk.jpg")
    first = a_course(**files)
    pictures._kept.clear()
    assert a_course(**files) == first


def test_a_process_keeps_only_so_many_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "KEPT_BYTES", 20_000)
    for width in range(700, 720):
        shown_sizes(a_photograph(width, 400))
        assert sum(map(pictures._weight, pictures._kept.values())) <= 20_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no picture", "P005"),
        (a_photograph(), "P005"),
        (a_photograph(300, 200, "PNG")[:200], "P015"),
        (a_bomb(), "P016"),
        (a_moving_picture(), "P017"),
    ],
    ids=["none", "another kind", "cut short", "bomb", "moving"],
)
def test_a_picture_that_cannot_be_given_out_is_a_problem_where_it_stands(data: bytes, code: str) -> None:
    (problem,) = compiled(**lesson_with(data)).problems
    assert (problem.code, problem.path, problem.line) == (code, "01-first/module.md", 5)
    assert problem.message.startswith("The file 01-first/images/desk.png ")


def test_a_linked_file_is_an_asset_and_an_unused_one_a_warning() -> None:
    module = f"{MODULE_HEAD}The [form](form.pdf).\n"
    course = a_course(module=module, **{"01-first/form.pdf": b"%PDF-1.7"})
    assert [asset.media_type for asset in course.assets] == ["application/pdf"]
    assert codes(**{"01-first/other.pdf": b"%PDF-1.7"}) == ["X008"]


def test_figures_are_numbered_through_the_module_but_not_in_questions() -> None:
    image = {"01-first/x.svg": DRAWING.format(BOX)}
    module = (
        f"{MODULE_HEAD}![A.](x.svg)\n\n## S <!-- id: s -->\n\n![B.](x.svg)\n\n"
        "### Q? <!-- q: q -->\n\n![C.](x.svg)\n\n- (x) This\n- ( ) That\n  > No.\n"
    )
    made = a_course(module=module, **image).modules[0]
    bodies = [piece.html for section in made.sections for piece in section.texts["en"].body if piece.kind == "html"]
    assert ["figure-1-1" in bodies[0], "figure-1-2" in bodies[1]] == [True, True]
    stem = made.checks[0].texts["en"].stem
    assert "figcaption" not in stem
    assert 'id="figure-q-1-title"' in stem


def test_a_picture_beside_words_is_a_problem_with_its_place() -> None:
    assert codes(module=f"{MODULE_HEAD}Look ![A.](x.svg) here.\n") == ["P003"]
