"""Corners of formats and of our own that are easily missed, and kinds of Moodle that become others of ours."""

import base64
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.banks.checked import errors_in
from elearn.banks.formats import Readable, Writable, format_of, read_bank, write_bank
from elearn.banks.markdown import write_pool
from elearn.banks.model import (
    Answer,
    Bank,
    BankQuestion,
    Choices,
    Cloze,
    Gap,
    Item,
    Matching,
    NumberKey,
    Numbers,
    Open,
    Ordering,
    Own,
    OwnKind,
    Pair,
    Texts,
    Unreadable,
)
from elearn.banks.source import language_of, read_markdown
from elearn.markup.imaging import rewritten
from tests.pictures import a_bomb, a_moving_picture, a_photograph, exif_with_place
from tests.unit.banks.test_moodle import bank_of

WIDE = rewritten(a_photograph(200, 100, "PNG")).data
FILE = f'<file name="map.png" encoding="base64">{base64.b64encode(WIDE).decode()}</file>'


def losses_of(bank: Bank) -> list[str]:
    return [loss.what for loss in bank.losses]


def pool(body: str) -> bytes:
    return f"---\npool: bank\n---\n\n## Q <!-- id: q -->\n\n{body}\n".encode()


def through(data: bytes, form: Writable) -> Bank:
    """Our Markdown, out and in again; AssertionError if anything is lost."""
    ours = read_markdown(data)
    written, losses = write_bank(ours, form)
    assert not (*ours.losses, *losses)
    bank = read_bank(written, Readable(form.value))
    assert not bank.losses
    return replace(bank, questions=tuple(replace(question, line=5) for question in bank.questions))


# --- our own traps ---


def test_a_bar_inside_a_gap_of_a_table_comes_back() -> None:
    data = pool("| Sum | Unit |\n|---|---|\n| [[= 15000]] | [[(x) EUR \\| ( ) KZT]] |")
    bank = through(data, Writable.MOODLE)
    assert bank.questions == read_markdown(data).questions
    assert "[[(x) EUR \\| ( ) KZT]]" in write_pool(bank, "bank")
    assert not errors_in(write_pool(bank, "bank"), {})


def test_a_list_in_the_stem_is_not_the_answer_that_follows_it() -> None:
    data = pool("1. A rule\n2. Another\n\nNow sort:\n\n1. First\n2. Second")
    body = through(data, Writable.MOODLE).questions[0].body
    assert body == Ordering((Item("First"), Item("Second")))


@pytest.mark.parametrize("said", ["−5", "–5", "-5"])
def test_a_minus_is_one_however_it_is_typed(said: str) -> None:
    for bank in (
        bank_of("numerical", f'<answer fraction="100"><text>{said}</text><tolerance>0</tolerance></answer>'),
        read_bank(f"Q{{#{said}}}".encode(), Readable.GIFT),
        read_markdown(pool(f"- = {said}")),
    ):
        assert bank.questions[0].body == Numbers((NumberKey(Decimal(-5), Decimal(-5)),))


def test_spaces_in_thousands_and_a_decimal_comma_are_read() -> None:
    bank = bank_of("numerical", '<answer fraction="100"><text>1\u00a0000,5</text><tolerance>0,5</tolerance></answer>')
    body = bank.questions[0].body
    assert isinstance(body, Numbers)
    assert (body.answers[0].low, body.answers[0].high) == (Decimal(1000), Decimal(1001))


def test_a_heading_keeps_neither_its_comment_nor_loses_its_signs() -> None:
    bank = read_markdown(b"## A *b* #2 <!-- id: x | tags: a, b -->\n\n- (x) a\n- ( ) b\n")
    question = bank.questions[0]
    assert (question.title, question.id, question.tags) == ("A *b* #2", "x", ("a", "b"))
    data, _ = write_bank(bank, Writable.GIFT)
    assert b"::A b \\#2::" in data


def test_true_and_false_are_known_in_the_language_of_the_course() -> None:
    course = b"---\ncourse: x\ntitle: Y\nlanguage: ru\n---\n"
    assert language_of(course) == "ru"
    assert language_of(b"no front matter") == "en"


def test_a_bar_in_a_word_of_a_gap_ends_nothing() -> None:
    inner = "{1:MULTICHOICE:=a | b~c} and {1:SHORTANSWER:=d | e~=f}"
    bank = bank_of("cloze", "", stem=f"Say {inner}.")
    text = write_pool(bank, "bank")
    assert not errors_in(text, {})
    data, losses = write_bank(read_markdown(text.encode()), Writable.MOODLE)
    assert not losses
    assert b"{1:MULTICHOICE:=a | b~c} and {1:SHORTANSWER:=d | e~=f}" in data


# --- GIFT ---


def test_a_second_gap_is_no_gift_and_said_so() -> None:
    bank = read_bank(b"One {=a ~b} and {=c ~d}.\n\nGood{T}\n", Readable.GIFT)
    assert len(bank.questions) == 1
    assert "write a cloze question" in bank.losses[0].why


def test_embedded_answers_of_moodle_are_no_gift_and_left_out() -> None:
    bank = read_bank(b"The sum is {1:NUMERICAL:=5} EUR.\n", Readable.GIFT)
    assert not [question for question in bank.questions if isinstance(question.body, Numbers)]


def test_feedback_of_a_pair_is_kept_in_and_reported_out() -> None:
    bank = read_bank(b"Match{=a -> b#Yes. =c -> d = -> e}", Readable.GIFT)
    assert bank.questions[0].body == Matching((Pair("a", "b", "Yes."), Pair("c", "d"), Pair("", "e")))
    assert not bank.losses
    assert "> Yes." in write_pool(bank, "bank")
    assert not errors_in(write_pool(bank, "bank"), {})
    for form in Writable:
        _, losses = write_bank(bank, form)
        assert "feedback of single pairs or items" in {loss.what for loss in losses}


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.gift", b"Q{T}", Readable.GIFT),
        ("a.xml", b"<quiz/>", Readable.MOODLE),
        ("a.txt", b"Q{T}", Readable.GIFT),
        ("a.TXT", b"Q\nA) a\nB) b\nANSWER: A\n", Readable.AIKEN),
        ("a.txt", b"\xef\xbb\xbf<?xml version='1.0'?><quiz/>", Readable.MOODLE),
        ("a", "Q\r\nA) a\r\nANSWER: A".encode("utf-16"), Readable.AIKEN),
    ],
)
def test_a_file_says_its_format(name: str, data: bytes, form: Readable) -> None:
    assert format_of(name, data) is form


@pytest.mark.parametrize(("name", "data"), [("a.zip", b""), ("a.txt", b"PK\x03\x04"), ("a.doc", b"Q{T}")])
def test_a_file_that_does_not_is_refused_in_a_sentence(name: str, data: bytes) -> None:
    with pytest.raises(Unreadable):
        format_of(name, data)


# --- words to choose and to drag into a text ---


@pytest.mark.parametrize(("kind", "tag"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_words_for_gaps_become_menus_of_their_group(kind: str, tag: str) -> None:
    words = (("Kiosk | 4", 1), ("Bank", 1), ("cash", 2), ("gold", 2))
    inner = "".join(f"<{tag}><text>{text}</text><group>{group}</group></{tag}>" for text, group in words)
    bank = bank_of(kind, inner, stem="<p>The [[2]] sells [[3]], the [[1]] too.</p>")
    assert losses_of(bank) == (["words to drag"] if kind == "ddwtos" else [])
    question = bank.questions[0]
    assert isinstance(question.body, Cloze)
    gaps = [piece for piece in question.body.pieces if isinstance(piece, Gap)]
    assert [[(row.text, row.is_right) for row in gap.body.answers if isinstance(row, Answer)] for gap in gaps] == [
        [("Kiosk \\| 4", False), ("Bank", True)],
        [("cash", True), ("gold", False)],
        [("Kiosk \\| 4", True), ("Bank", False)],
    ]
    assert not errors_in(write_pool(bank, "bank"), {})


@pytest.mark.parametrize(
    ("stem", "word"), [("No gap.", "no gaps"), ("A [[9]].", "no such word"), ("A [[1]].", "only one word")]
)
def test_gaps_without_words_are_left_out_with_the_reason(stem: str, word: str) -> None:
    bank = bank_of("gapselect", "<selectoption><text>a</text><group>1</group></selectoption>", stem=stem)
    assert not bank.questions
    assert word in bank.losses[0].why


# --- markers to drag, hotspots ---


def drop(shape: str, coordinates: str, choice: int) -> str:
    return f"<drop><shape>{shape}</shape><coords>{coordinates}</coords><choice>{choice}</choice></drop>"


DRAGS = "".join(f"<drag><no>{number}</no><text>{text}</text></drag>" for number, text in ((1, "Exit"), (2, "Kiosk")))


def test_markers_become_a_hotspot_each() -> None:
    zones = drop("rectangle", "20,10;40,20", 1) + drop("circle", "100,50;10", 2) + drop("polygon", "0,0;20,0;20,20", 2)
    bank = bank_of("ddmarker", DRAGS + zones + FILE + "<defaultgrade>2</defaultgrade>", name="Border")
    assert losses_of(bank) == ["markers to drag"]
    assert bank.images == {"images/map.png": WIDE}
    first, second = bank.questions
    assert (first.title, second.title) == ("Border: Exit", "Border: Kiosk")
    assert first.points == second.points == 1
    assert first.stem.endswith("![Border](images/map.png)")
    assert first.body == Own(
        OwnKind.HOTSPOT,
        "- (x) `rect 10% 10% 20% 20%` Area 1\n"
        "- ( ) `circle 50% 50% 5%` Area 2\n- ( ) `poly 0% 0% 10% 0% 10% 20%` Area 3",
    )
    assert second.body == Own(
        OwnKind.HOTSPOT,
        "- [ ] `rect 10% 10% 20% 20%` Area 1\n"
        "- [x] `circle 50% 50% 5%` Area 2\n- [x] `poly 0% 0% 10% 0% 10% 20%` Area 3",
    )
    assert not errors_in(write_pool(bank, "bank"), bank.images)


@pytest.mark.parametrize(
    ("inner", "word"),
    [
        (drop("circle", "1,1;5", 1) + FILE, "fewer than two areas"),
        (drop("circle", "1,1;5", 1) + drop("circle", "9,9;5", 1) + FILE, "All its areas are right"),
        (drop("circle", "x", 1) + drop("circle", "9,9;5", 2) + FILE, "cannot be read"),
        (drop("circle", "900,9;5", 1) + drop("rectangle", "500,9;5,5", 2) + FILE, "does not lie on the picture"),
        (drop("star", "9,9;5", 1) + drop("circle", "9,9;5", 2) + FILE, "cannot be read"),
        (drop("circle", "1,1;5", 1) + drop("circle", "9,9;5", 2), "picture is missing"),
    ],
)
def test_markers_that_ask_nothing_are_left_out_with_the_reason(inner: str, word: str) -> None:
    bank = bank_of("ddmarker", DRAGS + inner)
    assert not bank.questions
    assert word in bank.losses[-1].why


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["circle", "rectangle", "polygon", "x"]),
            st.text("0123456789,;.- eE", max_size=20),
            st.integers(0, 3),
        ),
        max_size=4,
    ),
    st.text("[]129 a|", max_size=12),
)
def test_no_area_and_no_gap_makes_the_reader_fall(zones: list[tuple[str, str, int]], stem: str) -> None:
    drops = "".join(drop(*zone) for zone in zones)
    words = "".join(f"<selectoption><text>{text}</text><group>1</group></selectoption>" for text in ("a", "b"))
    for bank in (bank_of("ddmarker", DRAGS + drops + FILE), bank_of("gapselect", words, stem=stem)):
        assert len(bank.questions) + bank.left_out_count >= 1
        if bank.questions:
            assert not errors_in(write_pool(bank, "bank"), bank.images)


def test_a_hotspot_leaves_for_moodle_as_a_marker_for_what_is_right() -> None:
    rows = "- [x] `rect 10% 10% 20% 20%` The exit\n- [x] `circle 50% 50% 5%` The stamp\n"
    rows += "- [ ] `poly 0% 0% 10% 0% 10% 20%` The sky"
    question = BankQuestion(
        title="Where?", id="where", stem="Look.\n\n![A map](images/map.png)", body=Own(OwnKind.HOTSPOT, rows)
    )
    data, losses = write_bank(Bank((question,), images={"images/map.png": WIDE}), Writable.MOODLE)
    assert [loss.what for loss in losses] == ["areas that are wrong, the words of areas, their feedback and weights"]
    text = data.decode()
    assert 'type="ddmarker"' in text
    assert "<shape>rectangle</shape>" in text
    assert "<coords>20,10;40,20</coords>" in text
    assert "<coords>100,50;10</coords>" in text
    assert text.count("<drop>") == 2
    assert "<noofdrags>2</noofdrags>" in text
    assert text.count(base64.b64encode(WIDE).decode()) == 1


# --- an open answer ---


def test_an_open_answer_is_empty_braces_and_an_essay() -> None:
    rubric = "| Criterion | 0 | 1 |\n|---|---|---|\n| Names it | no | yes |"
    question = BankQuestion(title="Why?", id="why", body=Open(rubric), note="A model answer.")
    data, losses = write_bank(Bank((question,)), Writable.GIFT)
    assert b"{}" in data
    assert {loss.what for loss in losses} == {"the note for trainers", "the rubric"}
    data, losses = write_bank(Bank((question,)), Writable.MOODLE)
    assert b"graderinfo" in data
    assert not losses


def test_nothing_of_a_picture_is_taken_that_is_more_than_a_picture() -> None:
    for tail in (b"<script>alert(1)</script>", b"PK\x03\x04"):
        file = f'<file name="map.png" encoding="base64">{base64.b64encode(WIDE + tail).decode()}</file>'
        bank = bank_of("ddmarker", DRAGS + drop("circle", "1,1;5", 1) + drop("circle", "9,9;5", 2) + file)
        assert bank.images == {"images/map.png": WIDE}


def test_an_embedded_photograph_tells_neither_place_nor_telephone() -> None:
    data = a_photograph(200, 100, exif=exif_with_place(6))
    file = f'<file name="map.jpg" encoding="base64">{base64.b64encode(data).decode()}</file>'
    bank = bank_of("ddmarker", DRAGS + drop("rectangle", "10,20;50,40", 1) + drop("circle", "9,9;5", 2) + file)
    (kept,) = bank.images.values()
    assert b"Dorn" in data
    assert b"Dorn" not in kept
    assert isinstance(bank.questions[0].body, Own)
    assert "`rect 10% 10% 50% 20%`" in bank.questions[0].body.text, "areas lie on the picture as it is seen"


def test_a_picture_that_cannot_be_given_out_is_a_loss_that_says_why() -> None:
    for data in (a_bomb(), a_moving_picture(), a_photograph(200, 100, "PNG")[:-90]):
        file = f'<file name="map.png" encoding="base64">{base64.b64encode(data).decode()}</file>'
        text = f'<text><![CDATA[<p>Look: <img src="@@PLUGINFILE@@/map.png" alt="A map"></p>]]></text>{file}'
        answers = '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
        head = "<name><text>N</text></name>"
        quiz = f'<quiz><question type="truefalse">{head}<questiontext format="html">{text}</questiontext>{answers}'
        bank = read_bank(f"{quiz}</question></quiz>".encode(), Readable.MOODLE)
        assert (len(bank.questions), bank.images) == (1, {})
        assert "has more than 25 million pixels" in bank.losses[0].why


def test_short_answers_stay_what_they_are() -> None:
    assert isinstance(read_bank(b"Q{=5 EUR =6}", Readable.GIFT).questions[0].body, Texts | Numbers)
    assert isinstance(read_bank(b"Q{=a ~b}", Readable.GIFT).questions[0].body, Choices)
