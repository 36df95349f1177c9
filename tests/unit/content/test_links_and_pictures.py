"""Links and pictures of lessons."""

import struct

from tests.unit.content.making import DRAWING, MODULE_HEAD, a_course, codes, section_html

GLOSSARY = "## Tipping-off\n\nLetting a client *know*.\n\n## Triage\n\nSorting.\n"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\x00\x00\x00"
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


def test_a_photograph_is_an_asset_with_its_size() -> None:
    module = f"{MODULE_HEAD}![A desk.](images/desk.png)\n"
    course = a_course(module=module, **{"01-first/images/desk.png": PNG})
    asset = course.assets[0]
    html = course.modules[0].sections[0].texts["en"].body[0]
    assert html.kind == "html"
    assert f'<img src="/media/{asset.digest}.png" alt="A desk." width="640" height="480" loading="lazy">' in html.html
    assert (asset.path, asset.media_type, asset.size) == ("01-first/images/desk.png", "image/png", len(PNG))


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
