"""Moodle XML: what is kept, what is reported, what is refused."""

import base64
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.banks.checked import errors_in
from elearn.banks.formats import Readable, Writable, read_bank, write_bank
from elearn.banks.html import markdown_of
from elearn.banks.markdown import write_pool, written_question
from elearn.banks.model import (
    Answer,
    Bank,
    BankQuestion,
    Choices,
    Cloze,
    Gap,
    Item,
    Losses,
    Matching,
    NumberKey,
    Numbers,
    Open,
    Ordering,
    Pair,
    TextKey,
    Texts,
    Truth,
    Unreadable,
)
from elearn.banks.xml import read_xml
from elearn.markup.imaging import rewritten
from tests.pictures import a_photograph

PNG = rewritten(a_photograph(3, 2, "PNG")).data


def bank_of(kind: str, inner: str, name: str = "Name", stem: str = "<p>What?</p>") -> Bank:
    """A bank of one question."""
    head = f'<name><text>{name}</text></name><questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>'
    return read_bank(f'<quiz>\n<question type="{kind}">{head}{inner}</question></quiz>'.encode(), Readable.MOODLE)


def one(kind: str, inner: str, **changes: str) -> BankQuestion:
    """The only question of a bank without losses."""
    bank = bank_of(kind, inner, **changes)
    assert (len(bank.questions), bank.losses) == (1, ()), bank.losses
    return bank.questions[0]


def answer(fraction: str, text: str, feedback: str = "", extra: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>'
        f'<feedback format="html"><text><![CDATA[{feedback}]]></text></feedback>{extra}</answer>'
    )


def test_everything_around_a_choice_is_kept() -> None:
    question = one(
        "multichoice",
        '<generalfeedback format="html"><text><![CDATA[<p>See <b>R.5</b>.</p>]]></text></generalfeedback>'
        "<defaultgrade>2.0000000</defaultgrade><idnumber>fee</idnumber><single>true</single>"
        "<shuffleanswers>false</shuffleanswers>"
        + answer("100", "<p>One</p>", "<p>Yes.</p>")
        + answer("50", "Two")
        + answer("0", "Three")
        + '<hint format="html"><text>Think.</text></hint><tags><tag><text>cash</text></tag></tags>',
    )
    assert question == BankQuestion(
        title="Name",
        stem="What?",
        body=Choices(
            (Answer("One", True, None, "Yes."), Answer("Two", False, Decimal(50)), Answer("Three", False)),
            is_single=True,
        ),
        id="fee",
        points=Decimal(2),
        tags=("cash",),
        shuffle=False,
        hint="Think.",
        explanation="See **R.5**.",
        line=2,
    )


def test_a_name_that_only_repeats_the_beginning_is_not_kept_twice() -> None:
    question = one(
        "truefalse", answer("100", "true") + answer("0", "false"), name="Is it so...", stem="Is it so or not?"
    )
    assert (question.title, question.stem) == ("Is it so or not?", "")


def test_true_or_false_keeps_the_feedback_of_either() -> None:
    assert one("truefalse", answer("0", "true", "No.") + answer("100", "false", "Yes.")).body == Truth(
        False, "No.", "Yes."
    )


def test_numbers_have_tolerances_and_a_unit() -> None:
    units = "<units><unit><multiplier>1</multiplier><unit_name>EUR</unit_name></unit></units>"
    body = one("numerical", answer("100", "15000", "", "<tolerance>10</tolerance>") + units).body
    assert body == Numbers((NumberKey(Decimal(14990), Decimal(15010), "EUR"),))
    assert "- = 15000 ± 10 EUR" in written_question(BankQuestion(title="x", body=body, id="x"))


def test_a_unit_that_cannot_be_written_is_reported_and_the_number_kept() -> None:
    units = "<units><unit><multiplier>1</multiplier><unit_name>m ^ 2 | x</unit_name></unit></units>"
    bank = bank_of("numerical", answer("100", "5", "", "<tolerance>0</tolerance>") + units)
    assert bank.questions[0].body == Numbers((NumberKey(Decimal(5), Decimal(5)),))
    assert [loss.what for loss in bank.losses] == ['the unit "m ^ 2 | x"']


def test_a_text_beyond_measure_is_left_out() -> None:
    bank = bank_of("essay", "", stem="<b" * 60_000)
    assert [loss.is_question for loss in bank.losses] == [True]


def test_short_answers_have_wildcards() -> None:
    assert one("shortanswer", answer("100", "hawala*") + answer("0", "SWIFT", "no")).body == Texts(
        (TextKey("hawala.*", is_pattern=True), TextKey("SWIFT", is_right=False, feedback="no"))
    )


def test_a_subquestion_without_words_is_a_distractor() -> None:
    rows = "".join(
        f'<subquestion format="html"><text><![CDATA[{left}]]></text><answer><text>{right}</text></answer></subquestion>'
        for left, right in (("<p>Placement</p>", "cash in"), ("Layering", "trail"), ("", "closed"))
    )
    assert one("matching", rows).body == Matching(
        (Pair("Placement", "cash in"), Pair("Layering", "trail"), Pair("", "closed"))
    )


def test_items_are_sorted_by_their_fraction() -> None:
    rows = answer("2.0", "second") + answer("1.0", "first")
    assert one("ordering", rows).body == Ordering((Item("first"), Item("second")))


def test_embedded_answers_are_gaps() -> None:
    stem = "<p>It is {1:NUMERICAL:=15000:5} {1:MC:=EUR~KZT} under {1:SA:=R. 32~%50%R32}.</p>"
    body = one("cloze", "", stem=stem).body
    assert body == Cloze(
        (
            "It is ",
            Gap(Numbers((NumberKey(Decimal(14995), Decimal(15005)),))),
            " ",
            Gap(Choices((Answer("EUR", True), Answer("KZT", False)), is_single=True)),
            " under ",
            Gap(Texts((TextKey("R. 32"), TextKey("R32", weight=Decimal(50))))),
            ".",
        )
    )
    text = written_question(BankQuestion(title="x", body=body, id="x"))
    assert "It is [[= 15000 ± 5]] [[(x) EUR | ( ) KZT]] under [[= R. 32 | = R32 `50%`]]." in text


def test_an_essay_without_a_rubric_gets_one_line_and_a_word_about_it() -> None:
    bank = bank_of("essay", '<graderinfo format="html"><text><![CDATA[<p>Look for flags.</p>]]></text></graderinfo>')
    assert [loss.what for loss in bank.losses] == ["no rubric"]
    assert (bank.questions[0].body, bank.questions[0].note) == (Open(), "Look for flags.")
    assert "| Criterion | 0 | 1 |" in write_pool(bank, "p")


def test_kinds_that_are_not_known_are_left_out_with_their_line() -> None:
    for kind in ("description", "calculated", "ddmarker", "random", ""):
        bank = bank_of(kind, "")
        assert [(loss.line, loss.question, loss.is_question) for loss in bank.losses] == [(2, "Name", True)]


def test_embedded_pictures_are_put_beside_the_pool_and_others_reported() -> None:
    file = f'<file name="a b.png" path="/" encoding="base64">{base64.b64encode(PNG).decode()}</file>'
    head = '<name><text>N</text></name><questiontext format="html"><text><![CDATA[<p>See '
    tail = '<img src="@@PLUGINFILE@@/a%20b.png" alt="A map"> and '
    tail += f'<img src="@@PLUGINFILE@@/gone.png" alt="gone"></p>]]></text>{file}</questiontext>'
    answers = answer("100", "true") + answer("0", "false")
    data = f'<quiz><question type="truefalse">{head}{tail}{answers}</question></quiz>'.encode()
    bank = read_bank(data, Readable.MOODLE)
    assert bank.images == {"images/a-b.png": PNG}
    assert bank.questions[0].stem == "See\n\n![A map](images/a-b.png)\n\nand\n\ngone"
    assert [loss.what for loss in bank.losses] == ["the picture"]


def test_a_picture_of_the_pool_is_packed_and_comes_back() -> None:
    question = BankQuestion(title="W", id="w", stem="![A map](images/map.png)", body=Truth(True))
    data, losses = write_bank(Bank((question,), images={"images/map.png": PNG}), Writable.MOODLE)
    bank = read_bank(data, Readable.MOODLE)
    assert (losses, bank.losses) == ((), ())
    assert bank.images == {"images/map.png": PNG}
    assert replace(bank.questions[0], line=1) == question


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One<br>two</p><p>Three</p>", "One  \ntwo\n\nThree"),
        ("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "* a\n* b\n  1) c"),
        ("<table><tr><th>A</th><th>B|C</th></tr><tr><td>1</td></tr></table>", "| A | B\\|C |\n|---|---|\n| 1 |  |"),
        ("a<b> b </b>c <i>d</i> x<sup>2</sup>", "a **b** c *d* x²"),
        ('<a href="https://a.b/c">x</a> <a href="javascript:alert(1)">y</a>', "[x](https://a.b/c) y"),
        ("<h1>Title</h1><script>alert(1)</script><style>p{}</style>text", "#### Title\n\ntext"),
        ("<pre>a\n b</pre>", "```\na\n b\n```"),
        ("<blockquote><p>q</p></blockquote>", "> q"),
        ("1999. A year &lt;b&gt; *x*", "1999\\. A year &lt;b> \\*x\\*"),
        ("<p>unclosed <b>bold", "unclosed **bold**"),
    ],
)
def test_html_becomes_clean_markdown(html: str, markdown: str) -> None:
    assert markdown_of(html, Losses()) == markdown


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b'<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', "DOCTYPE"),
        (b'<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>', "DOCTYPE"),
        (b"<quiz>" + b"<a>" * 5000, "inside one another"),
        (b"<quiz><question></quiz>", "not well-formed"),
        (b"", "not well-formed"),
        (b"<html></html>", "no Moodle XML"),
        (b'<?xml version="1.0" encoding="klingon"?><quiz/>', "encoding"),
        (b"<quiz>&nbsp;</quiz>", "not well-formed"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_a_sentence(data: bytes, word: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bank(data, Readable.MOODLE)
    assert word in str(caught.value).replace("Line", "line")
    assert str(caught.value).endswith(".")


def test_a_million_elements_are_refused() -> None:
    with pytest.raises(Unreadable, match="too many elements"):
        read_xml(b"<quiz>" + b"<a/>" * 1_000_001 + b"</quiz>")


TAGS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<ul>",
            "<li>",
            "</ul>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<br>",
            "<pre>",
        ),
        *("<pre>", "</pre>", "<img src='@@PLUGINFILE@@/x.png'>", "<a href='https://a.b'>", "</a>", "<h1>", "&lt;", "&"),
        *(
            "text ",
            "*",
            "_",
            "`",
            "|",
            "#",
            "## ",
            "1. ",
            "- ",
            "[x]",
            "(x) ",
            "\n",
            "<!--",
            "-->",
            "<script>",
            "<",
            ">",
        ),
        *("{1:SA:=a}", "{", "}", "[[", "]]", "\ue000", "\x00", "<blockquote>", "<code>", "</code>", "<sub>", "é"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(*[st.lists(TAGS, max_size=14).map("".join)] * 3, st.sampled_from(["multichoice", "cloze", "essay", "matching"]))
def test_no_html_makes_the_reader_fall_or_the_pool_fall_apart(stem: str, first: str, second: str, kind: str) -> None:
    def quoted(text: str) -> str:
        return text.replace("]]>", "").replace("\x00", "")

    inner = f"<single>true</single>{answer('100', quoted(first), quoted(second))}{answer('0', quoted(second))}"
    bank = bank_of(kind, inner, stem=quoted(stem))
    if bank.questions:
        bad = {problem.code for problem in errors_in(write_pool(bank, "bank"), bank.images)}
        assert not bad & {"Q001", "Q002", "S001", "S008", "S009", "S011", "F001", "F003", "X007"}, write_pool(
            bank, "bank"
        )


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_a_reader_fall(data: bytes) -> None:
    for form in Readable:
        try:
            read_bank(data, form)
        except Unreadable as refusal:
            assert str(refusal).endswith(".")


@pytest.mark.parametrize("odd", ["<![CDATimg x>", "<![x", "<![if !mso]>"])
def test_a_marked_section_in_html_is_passed_over(odd: str) -> None:
    text = f"<p>What is it? {odd} So?</p>".replace("<", "&lt;")
    asked = f'<question type="essay"><questiontext format="html"><text>{text}</text></questiontext></question>'
    assert "What is it?" in str(read_bank(f"<quiz>{asked}</quiz>".encode(), Readable.MOODLE).questions)
