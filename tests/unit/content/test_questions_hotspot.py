"""Hotspots: a picture, and choices that are areas of it."""

from decimal import Decimal

import pytest

from elearn.content.areas import Area, percent_area
from elearn.content.question import Credit, Hotspot
from tests.pictures import a_photograph, exif_with_place
from tests.unit.content.making import QUIZ_HEAD, a_course, codes, compiled

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" role="img" aria-labelledby="t">'
    '<title id="t">A passport</title><rect id="photo" x="20" y="30" width="80" height="100"/>'
    '<rect id="mrz" x="10" y="150" width="280" height="40"/><circle id="stamp" cx="220" cy="70" r="30"/>'
    '<g transform="rotate(5)"><rect id="turned" x="1" y="1" width="5" height="5"/></g>'
    '<path id="line" d="M0 0L9 9"/><rect id="flat" x="1" y="1" width="5"/>'
    '<rect id="twisted" x="9" y="9" width="-5" height="5"/><circle id="dot" cx="5" cy="5"/></svg>'
)
ROWS = "- (x) `#mrz` The zone\n- ( ) `#photo` The photo\n  > No.\n- ( ) `rect 40% 20% 15% 10%` The name\n  > No.\n"
BODY = f"Look at it.\n\n![A passport](p.svg)\n\n{ROWS}"


def files_with(body: str, **more: str | bytes) -> dict[str, str | bytes]:
    return {"quiz": f"{QUIZ_HEAD}## Which part? <!-- id: part -->\n\n{body}", "01-first/p.svg": DRAWING, **more}


def hotspot(body: str = BODY, **more: str | bytes) -> Hotspot:
    quiz = a_course(**files_with(body, **more)).modules[0].quiz
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question, Hotspot)
    return question


def test_choices_with_areas_under_a_picture_are_a_hotspot() -> None:
    question = hotspot()
    assert not question.is_several
    assert [choice.is_right for choice in question.choices] == [True, False, False]
    text = question.texts["en"]
    assert (text.stem, list(text.answers.values())) == ("<p>Look at it.</p>", ["The zone", "The photo", "The name"])
    (sheet,) = text.sheets
    assert list(sheet.areas.values()) == [
        Area("rect", (Decimal(10), Decimal(150), Decimal(280), Decimal(40))),
        Area("rect", (Decimal(20), Decimal(30), Decimal(80), Decimal(100))),
        Area("rect", (Decimal(120), Decimal(40), Decimal(45), Decimal(20))),
    ]


def test_square_marks_ask_for_several_areas() -> None:
    question = hotspot(BODY.replace("(x)", "[x]").replace("( )", "[ ]"))
    assert question.is_several
    assert question.credit is Credit.PROPORTIONAL_CORRECT


def test_a_picture_of_pixels_has_areas_in_per_cent(png: bytes) -> None:
    body = (
        BODY.replace("p.svg", "p.png").replace("#mrz", "circle 50% 50% 10%").replace("#photo", "poly 0% 0% 9% 0% 9% 9%")
    )
    question = hotspot(body, **{"01-first/p.svg": b"", "01-first/p.png": png})
    shapes = [area.shape for area in question.texts["en"].sheets[0].areas.values()]
    assert shapes == ["ellipse", "polygon", "rect"]
    assert question.texts["en"].sheets[0].html.startswith("<img")


def test_a_photograph_has_its_areas_where_one_sees_them() -> None:
    photograph = a_photograph(1000, 2000, "JPEG", exif=exif_with_place(8))
    body = BODY.replace("p.svg", "p.jpg").replace("#mrz", "rect 50% 50% 50% 50%").replace("#photo", "rect 0% 0% 9% 9%")
    (sheet,) = hotspot(body, **{"01-first/p.svg": b"", "01-first/p.jpg": photograph}).texts["en"].sheets
    assert tuple(map(int, sheet.view_box)) == (0, 0, 1184, 592)
    assert tuple(map(int, next(iter(sheet.areas.values())).numbers)) == (592, 296, 592, 296)
    assert 'width="1184" height="592"' in sheet.html
    assert " 640w, " in sheet.html


def test_a_narrow_twin_has_its_own_areas() -> None:
    twin = DRAWING.replace('x="10" y="150"', 'x="5" y="90"')
    body = BODY.replace("- ( ) `rect 40% 20% 15% 10%` The name\n  > No.\n", "")
    wide, narrow = hotspot(body, **{"01-first/p.narrow.svg": twin}).texts["en"].sheets
    assert (wide.css, narrow.css) == ("wide", "narrow")
    assert [tuple(map(int, area.numbers[:2])) for area in (*wide.areas.values(), *narrow.areas.values())] == [
        (10, 150), (20, 30), (5, 90), (20, 30)
    ]  # fmt: skip


def test_the_names_of_the_elements_are_not_in_the_page() -> None:
    html = hotspot().texts["en"].sheets[0].html
    assert "mrz" not in html
    assert "photo" not in html


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("![A passport](p.svg)\n\n", "", "Q090"),
        ("`#photo` The photo", "The photo", "Q091"),
        ("`rect 40% 20% 15% 10%`", "`rect 40% 20%`", "Q092"),
        ("`rect 40% 20% 15% 10%`", "`rect 90% 20% 15% 10%`", "Q092"),
        ("`#photo`", "`#foto`", "Q093"),
        ("`#photo`", "`#turned`", "Q094"),
        ("`#photo`", "`#line`", "Q094"),
        ("`#photo`", "`#flat`", "Q094"),
        ("`#photo`", "`#twisted`", "Q094"),
        ("`#photo`", "`#dot`", "Q094"),
        ("`#photo` The photo", "`#photo`", "Q009"),
        ("(x)", "( )", "Q012"),
        ("![A passport]", "![]", "P001"),
        ("(p.svg)", "(q.svg)", "P002"),
    ],
)
def test_a_mistake_gives_one_located_problem(old: str, new: str, expected: str) -> None:
    assert old in BODY
    found = [code for code in codes(**files_with(BODY.replace(old, new))) if code not in ("Q030", "X008")]
    assert found == [expected]


def test_a_share_of_a_picture_with_a_narrow_twin_is_a_mistake() -> None:
    assert codes(**files_with(BODY, **{"01-first/p.narrow.svg": DRAWING})) == ["Q094"]


def test_true_and_false_are_no_areas() -> None:
    body = "![A passport](p.svg)\n\n- (x) `#mrz` True\n- ( ) `#photo` False\n  > No.\n"
    assert codes(**files_with(body)) == ["Q095"]


def test_a_translation_has_its_own_words_and_picture() -> None:
    theirs = files_with(BODY)["quiz"]
    assert isinstance(theirs, str)
    theirs = (
        theirs.replace("quiz: quiz\n", "")
        .replace("The zone", "Зона")
        .replace("The photo", "Фото")
        .replace("The name", "Имя")
    )
    moved = DRAWING.replace('x="10" y="150"', 'x="30" y="150"')
    question = hotspot(
        **{"course.ru.md": "---\ntitle: К\n---\nТекст.\n", "01-first/quiz.ru.md": theirs, "01-first/p.ru.svg": moved}
    )
    first = question.choices[0].id
    assert question.texts["ru"].answers[first] == "Зона"
    assert question.texts["ru"].sheets[0].areas[first].numbers[0] == 30
    assert question.texts["en"].sheets[0].areas[first].numbers[0] == 10


def test_a_sound_hotspot_has_no_problem() -> None:
    assert compiled(**files_with(BODY)).problems == ()


@pytest.mark.parametrize(
    "chip", ["", "rect", "circle 50% 50% 60%", "poly 1% 1% 2% 2%", "rect 0% 0% 0% 5%", "oval 1% 1% 1%"]
)
def test_what_is_no_area_is_none(chip: str) -> None:
    assert percent_area(chip, (Decimal(0), Decimal(0), Decimal(300), Decimal(200))) is None


@pytest.fixture
def png() -> bytes:
    """A PNG of 300 by 200 pixels."""
    return a_photograph(300, 200, "PNG")
