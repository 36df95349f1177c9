"""QTI packages hold to the structure that the specification asks for, as far as can be checked without a player."""

import io
import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elearn.banks.formats import Writable, write_bank
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
    TextKey,
    Texts,
    Truth,
)
from elearn.banks.qti import ITEM_SPACE, PACKAGE_SPACE
from tests.unit.banks.test_moodle import PNG
from tests.unit.banks.test_round_trips import BOTH, LEDGER, ORDERINGS, RUBRIC, clozes, questions

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")
ORDER = ("responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback")
BASES = {"identifier", "string", "float", "directedPair"}
BLOCKS = {
    *("p", "div", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "h4", "h5", "h6", "rubricBlock"),
    *("choiceInteraction", "extendedTextInteraction", "matchInteraction", "orderInteraction", "hotspotInteraction"),
}
XHTML = BLOCKS | {
    *(
        "li",
        "dt",
        "dd",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "caption",
        "em",
        "strong",
        "code",
        "span",
        "a",
        "br",
        "img",
    ),
    *("sub", "sup", "abbr", "simpleChoice", "simpleMatchSet", "simpleAssociableChoice", "hotspotChoice", "object"),
    *("textEntryInteraction", "inlineChoiceInteraction", "inlineChoice", "q", "cite", "kbd", "i", "b", "small", "var"),
}
HOTSPOT = "- (x) `rect 10% 20% 30% 40%` The *zone*\n  > Yes.\n- ( ) `circle 50% 50% 10%` The photo\n  > No."


def checked(data: bytes) -> list[Element]:
    """The items of a package, without their namespace; AssertionError where the structure is not as specified."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        manifest = ElementTree.fromstring(package.read("imsmanifest.xml"))  # noqa: S314 (we wrote it)
        files = [file.get("href") for file in manifest.iter(f"{{{PACKAGE_SPACE}}}file")]
        assert set(files) == set(package.namelist()) - {"imsmanifest.xml"}
        resources = list(manifest.iter(f"{{{PACKAGE_SPACE}}}resource"))
        names = [resource.get("identifier") or "" for resource in resources]
        assert len(set(names)) == len(names)
        assert all(map(NAME.match, names))
        items = []
        for resource in resources:
            held = {file.get("href") for file in resource}
            item = ElementTree.fromstring(package.read(resource.get("href") or ""))  # noqa: S314
            check_item(item, held)
            items.append(item)
        return items


def check_item(item: Element, held: set[str | None]) -> None:
    """Check one item, and take its namespace away."""
    for element in item.iter():
        assert element.tag.startswith(f"{{{ITEM_SPACE}}}"), element.tag
        element.tag = element.tag.removeprefix(f"{{{ITEM_SPACE}}}")
    assert item.tag == "assessmentItem"
    assert all(item.get(name) for name in ("identifier", "title", "adaptive", "timeDependent"))
    places = [ORDER.index(child.tag) for child in item]
    assert places == sorted(places)
    assert (
        [child.tag for child in item].count("itemBody")
        == [child.tag for child in item].count("responseProcessing")
        == 1
    )
    declared = {child.get("identifier"): child for child in item if child.tag.endswith("Declaration")}
    assert len(declared) == sum(child.tag.endswith("Declaration") for child in item)
    assert "SCORE" in declared
    assert all(NAME.match(name or "") and child.get("baseType") in BASES for name, child in declared.items())
    body = next(child for child in item if child.tag == "itemBody")
    assert (body.text or "").strip() == ""
    assert {child.tag for child in body} <= BLOCKS
    assert {element.tag for element in body.iter()} - {"itemBody"} <= XHTML
    assert not [element for element in body.iter() if element.get("class") or element.get("style") or element.get("id")]
    asked = [element.get("responseIdentifier") for element in body.iter() if element.get("responseIdentifier")]
    assert sorted(map(str, asked)) == sorted(
        str(name) for name, child in declared.items() if child.tag == "responseDeclaration"
    )
    names = [each.get("identifier") or "" for each in body.iter() if each.get("identifier")]
    assert all(map(NAME.match, names))
    for interaction in (each for each in body.iter() if each.get("responseIdentifier")):
        inner = [each.get("identifier") for each in interaction.iter() if each.get("identifier")]
        assert len(set(inner)) == len(inner)
        declaration = declared[interaction.get("responseIdentifier")]
        if declaration.get("baseType") in ("identifier", "directedPair"):
            values = [value.text or "" for value in declaration.iter("value")]
            values += [entry.get("mapKey") or "" for entry in declaration.iter("mapEntry")]
            assert {part for value in values for part in value.split()} <= set(inner)
    for reference in (
        each for each in item.iter() if each.tag in ("variable", "setOutcomeValue", "mapResponse", "correct")
    ):
        assert reference.get("identifier") in declared
    for said in item.iter("modalFeedback"):
        assert said.get("outcomeIdentifier") in declared
        assert said.get("showHide") == "show"
        assert "".join(said.itertext()).strip()
    for shown in (*item.iter("img"), *item.iter("object")):
        path = shown.get("src") or shown.get("data") or ""
        assert path.startswith("../media/")
        assert path.removeprefix("../") in held


def only(question: BankQuestion, **images: bytes) -> tuple[Element, list[str]]:
    """The item of a question, and what was lost."""
    data, losses = write_bank(Bank((question,), images={"images/map.png": PNG}), Writable.QTI)
    return checked(data)[0], [loss.what for loss in losses]


@SLOW
@given(st.lists(questions(st.one_of(BOTH, ORDERINGS, clozes(3))), min_size=1, max_size=3))
def test_every_package_has_the_structure_of_the_specification(asked: list[BankQuestion]) -> None:
    data, losses = write_bank(Bank(tuple(asked)), Writable.QTI)
    assert len(checked(data)) == len(asked) - sum(loss.is_question for loss in losses)


KINDS = [
    (Choices((Answer("a", True), Answer("b", False)), is_single=True), "choiceInteraction"),
    (Choices((Answer("a", True), Answer("b", False)), is_single=False), "choiceInteraction"),
    (Truth(True), "choiceInteraction"),
    (Texts((TextKey("a"),)), "textEntryInteraction"),
    (Numbers((NumberKey(Decimal(1), Decimal(2)),)), "textEntryInteraction"),
    (Matching((Pair("a", "b"), Pair("c", "d"), Pair("", "e"))), "matchInteraction"),
    (Ordering((Item("a"), Item("b"))), "orderInteraction"),
    (Cloze(("w ", Gap(Texts((TextKey("a"),))), " z")), "textEntryInteraction"),
    (Cloze(("w ", Gap(Choices((Answer("a", True), Answer("b", False)), True)), " z")), "inlineChoiceInteraction"),
    (Open(RUBRIC), "extendedTextInteraction"),
    (Own(OwnKind.LEDGER, LEDGER), "choiceInteraction"),
]


@pytest.mark.parametrize(("body", "interaction"), KINDS)
def test_every_kind_is_asked_by_its_interaction(body: object, interaction: str) -> None:
    item, _ = only(BankQuestion(title="Q", id="q", body=body))  # type: ignore[arg-type]
    assert [element.tag for element in item.iter() if element.get("responseIdentifier")] == [interaction]


def test_a_case_is_left_out_with_its_line() -> None:
    question = BankQuestion(title="Q", id="q", body=Own(OwnKind.BRANCHING, "- [a](#b)"), line=7)
    data, losses = write_bank(Bank((question,)), Writable.QTI)
    assert checked(data) == []
    assert [(loss.line, loss.is_question) for loss in losses] == [(7, True)]


def said(item: Element) -> dict[str | None, str]:
    return {each.get("identifier"): "".join(each.itertext()) for each in item.iter("modalFeedback")}


def test_feedback_of_choices_stands_under_what_was_chosen_and_the_explanation_always() -> None:
    body = Choices((Answer("a", True, None, "Yes."), Answer("b", False, None, "No *no*."), Answer("c", False)), True)
    item, lost = only(BankQuestion(title="Q", id="q", body=body, explanation="See the law."))
    assert said(item) == {"A1": "Yes.", "A2": "No no.", "GENERAL": "See the law."}
    assert lost == []
    item, _ = only(BankQuestion(title="Q", id="q", body=Truth(False, if_true="No.", if_false="Yes.")))
    assert said(item) == {"true": "No.", "false": "Yes."}


def test_feedback_of_what_is_typed_is_shown_when_it_was_typed() -> None:
    texts = Texts((TextKey("hawala", feedback="Yes."), TextKey("swift", is_right=False, feedback="No.")))
    item, lost = only(BankQuestion(title="Q", id="q", body=texts))
    assert said(item) == {"F1": "Yes.", "F2": "No."}
    assert [each.get("caseSensitive") for each in item.iter("stringMatch")] == ["false", "false"]
    assert lost == []
    numbers = Numbers((NumberKey(Decimal(4), Decimal(6), feedback="Yes."),))
    item, _ = only(BankQuestion(title="Q", id="q", body=numbers))
    assert said(item) == {"F1": "Yes."}
    assert [each.get("tolerance") for each in item.iter("equal")] == ["1", "1"]


def test_pictures_are_packed_and_shown_where_they_stood() -> None:
    body = Choices((Answer("a", True), Answer("b", False)), is_single=True)
    stem = '![A *map*](images/map.png "Caption")\n\n![gone](images/gone.png) here'
    item, lost = only(BankQuestion(title="Q", id="q", stem=stem, body=body))
    assert [(each.get("src"), each.get("alt")) for each in item.iter("img")] == [("../media/images/map.png", "A map")]
    assert lost == ["the picture images/gone.png"]
    assert "gone here" in "".join(item.itertext())


def test_a_hint_is_lost_with_a_word_about_it() -> None:
    _, lost = only(BankQuestion(title="Q", id="q", body=Truth(True), hint="Think."))
    assert lost == ["the hint"]


def test_a_hotspot_has_its_areas_in_pixels() -> None:
    question = BankQuestion(
        title="Which?", id="which", stem="Look.\n\n![A map](images/map.png)", body=Own(OwnKind.HOTSPOT, HOTSPOT)
    )
    data, losses = write_bank(Bank((question,), images={"images/map.png": PNG}), Writable.QTI)
    assert not losses
    (item,) = checked(data)
    (picture,) = item.iter("object")
    assert (picture.get("data"), picture.get("width"), picture.text) == ("../media/images/map.png", "3", "A map")
    spots = [(each.get("shape"), each.get("hotspotLabel")) for each in item.iter("hotspotChoice")]
    assert spots == [("rect", "The zone"), ("circle", "The photo")]
    assert said(item) == {"A1": "Yes.", "A2": "No."}
    assert "Look." in "".join(item.itertext())


def test_a_hotspot_on_a_drawing_is_left_out_with_the_reason() -> None:
    question = BankQuestion(
        title="Which?", id="which", stem="![A map](images/map.svg)", body=Own(OwnKind.HOTSPOT, HOTSPOT), line=3
    )
    for form in (Writable.QTI, Writable.MOODLE):
        _, losses = write_bank(Bank((question,), images={"images/map.svg": b"<svg/>"}), form)
        assert [(loss.line, loss.is_question) for loss in losses] == [(3, True)]
        assert "drawing" in losses[0].why
