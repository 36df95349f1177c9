"""Write QTI 2.1: a content package (a zip) with one item a question, and its manifest."""

import io
import re
import zipfile
from decimal import Decimal
from html import unescape
from typing import assert_never
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from elearn.banks.carried import written_settings
from elearn.banks.keys import plain_number, shares_of
from elearn.banks.markdown import with_ids
from elearn.banks.model import (
    Bank,
    BankQuestion,
    Choices,
    Cloze,
    Gap,
    Item,
    LeftOut,
    Loss,
    Losses,
    Matching,
    NumberKey,
    Numbers,
    Open,
    Ordering,
    Own,
    TextKey,
    Texts,
    Truth,
)
from elearn.banks.own import as_choices, note_unsaid
from elearn.banks.texts import joined, plain_of, portable
from elearn.markup.render import render, render_inline
from elearn.markup.slots import fill
from elearn.markup.text import Line

ITEM_SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE_SPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_EMPTY = re.compile(r"<(br|hr)>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|#\d+|#x[0-9a-fA-F]+);)(\w+);")
_CALLOUT = re.compile(r"<(/?)aside\b[^>]*>|\s(?:tabindex|role|aria-label)=\"[^\"]*\"")
_MARKER = "GapNumber{}InTheText"
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same bank makes the same package


def write_qti(bank: Bank) -> tuple[bytes, tuple[Loss, ...]]:
    """The bank as a QTI 2.1 package, and what of it QTI cannot hold."""
    losses = Losses()
    items: dict[str, bytes] = {}
    for question in with_ids(bank.questions):
        losses.begin(question.line, question.title)
        with losses.guard():
            items[f"items/{question.id}.xml"] = _as_bytes(_Item(question, losses).element)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for path, data in {"imsmanifest.xml": _as_bytes(_manifest(items)), **items}.items():
            package.writestr(zipfile.ZipInfo(path, _STAMP), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue(), losses.all()


def _as_bytes(element: Element) -> bytes:
    data: bytes = ElementTree.tostring(element, encoding="UTF-8", xml_declaration=True)
    return data


def _manifest(items: dict[str, bytes]) -> Element:
    root = Element("manifest", xmlns=PACKAGE_SPACE, identifier="bank")
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "QTIv2.1 Package"
    SubElement(metadata, "schemaversion").text = "1.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for path in items:
        name = f"item-{path.removeprefix('items/').removesuffix('.xml')}"
        resource = SubElement(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=path)
        SubElement(resource, "file", href=path)
    return root


class _Item:
    """One assessmentItem: declarations, body, processing, in the order that the schema wants."""

    def __init__(self, question: BankQuestion, losses: Losses) -> None:
        self.losses = losses
        self.question = question = as_choices(question, losses)
        settings = written_settings(question, has_points=True, has_unit=False, has_shuffle=True)
        if settings:
            losses.add(settings.removeprefix("elearn: "), "QTI items have no place for it.")
        self.points = question.points
        self.element = Element(
            "assessmentItem",
            xmlns=ITEM_SPACE,
            identifier=f"item-{question.id}",
            title=plain_of(question.title),
            adaptive="false",
            timeDependent="false",
        )
        self.responses: list[Element] = []
        self.rules: list[Element] = []
        self.body = Element("itemBody")
        self.html(self.body, joined(f"**{question.title}**", question.stem))
        self.ask()
        if question.explanation or question.hint or self.says_something():
            losses.add("feedback, hint or explanation", "They are not written into QTI items.")
        if question.note:
            block = SubElement(self.body, "rubricBlock", view="scorer")
            self.html(block, question.note)
        self.element.extend(self.responses)
        outcome = SubElement(
            self.element, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float"
        )
        outcome.set("normalMaximum", plain_number(self.points))
        self.element.append(self.body)
        if self.rules:
            SubElement(self.element, "responseProcessing").extend(self.rules)

    def says_something(self) -> bool:
        """Whether an answer has feedback."""
        body = self.question.body
        note_unsaid(body, self.losses)
        if isinstance(body, Truth):
            return bool(body.if_true or body.if_false)
        return any(getattr(answer, "feedback", "") for answer in getattr(body, "answers", ()))

    def ask(self) -> None:
        """The interaction of the question's kind."""
        body = self.question.body
        match body:
            case Choices():
                self.choices(body)
            case Truth(is_true):
                rows = [("true", "True", Decimal(100 * is_true)), ("false", "False", Decimal(100 * (not is_true)))]
                self.choice_interaction(rows, ["true" if is_true else "false"], is_single=True, shuffle=False)
            case Texts() | Numbers():
                self.typed(SubElement(self.body, "p"), "RESPONSE", body, Decimal(1))
            case Matching():
                self.matching(body)
            case Ordering(items):
                self.ordering(items)
            case Cloze():
                self.cloze(body)
            case Open(rubric):
                self.declare("RESPONSE", "single", "string", [])
                SubElement(self.body, "extendedTextInteraction", responseIdentifier="RESPONSE")
                if rubric:
                    self.html(SubElement(self.body, "rubricBlock", view="scorer"), rubric)
            case Own(kind, _):
                raise LeftOut(f"The {kind} is not written to QTI.")
            case _:
                assert_never(body)

    # --- text

    def html(self, parent: Element, markdown: str, *, inline: bool = False) -> None:
        """Put Markdown into an element as XHTML."""
        if "![" in markdown:
            self.losses.add("a picture", "Pictures are not packed; the alternative text was kept.")
        text = portable(_PICTURE.sub(r"\1", markdown), self.losses)
        lines = [Line(line, number) for number, line in enumerate(text.split("\n"), start=1)]
        rendered = (render_inline if inline else render)(lines, language="en")
        html = fill(rendered.html, lambda _: None, lambda _: "").replace("<a>", "<span>").replace("</a>", "</span>")
        html = _CALLOUT.sub(lambda found: f"<{found.group(1)}div>" if "aside" in found.group() else "", html)
        html = _ENTITY.sub(lambda found: unescape(found.group()), _EMPTY.sub(r"<\1/>", html))
        try:
            made = ElementTree.fromstring(f"<div>{html}</div>")  # noqa: S314 (rendered and sanitised by us)
        except ElementTree.ParseError:
            self.losses.add("the look of a text", "It could not be written as XHTML; its words were kept.")
            made = Element("p")
            made.text = plain_of(text)
        parent.text = (parent.text or "") + (made.text or "") if made.tag == "div" else parent.text
        parent.extend(made if made.tag == "div" else [made])

    # --- responses

    def declare(self, name: str, cardinality: str, base: str, correct: list[str]) -> Element:
        """Declare a response with what is right."""
        response = Element("responseDeclaration", identifier=name, cardinality=cardinality, baseType=base)
        if correct:
            right = SubElement(response, "correctResponse")
            for value in correct:
                SubElement(right, "value").text = value
        self.responses.append(response)
        return response

    def map(self, response: Element, shares: list[tuple[str, Decimal]]) -> None:
        """Map each value to the points it earns (shares in per cent)."""
        mapping = SubElement(
            response, "mapping", lowerBound="0", upperBound=plain_number(self.points), defaultValue="0"
        )
        for key, share in shares:
            SubElement(mapping, "mapEntry", mapKey=key, mappedValue=plain_number(share * self.points / 100))

    def add_score(self, value: Element) -> None:
        """Add what a response earns to the score."""
        rule = Element("setOutcomeValue", identifier="SCORE")
        total = SubElement(rule, "sum")
        SubElement(total, "variable", identifier="SCORE")
        total.append(value)
        self.rules.append(rule)

    def choices(self, body: Choices) -> None:
        rows = [
            (f"A{number}", row.text, share)
            for number, (row, share) in enumerate(zip(body.answers, shares_of(body.answers), strict=True), start=1)
        ]
        right = [name for (name, _, _), row in zip(rows, body.answers, strict=True) if row.is_right]
        if body.is_single:
            rows = [(name, words, Decimal(100) if name in right else share) for name, words, share in rows]
        self.choice_interaction(rows, right, is_single=body.is_single, shuffle=self.question.shuffle)

    def choice_interaction(
        self, rows: list[tuple[str, str, Decimal]], right: list[str], *, is_single: bool, shuffle: bool
    ) -> None:
        cardinality = "single" if is_single else "multiple"
        response = self.declare("RESPONSE", cardinality, "identifier", right)
        self.map(response, [(name, share) for name, _, share in rows if share])
        interaction = SubElement(
            self.body,
            "choiceInteraction",
            responseIdentifier="RESPONSE",
            shuffle="true" if shuffle else "false",
            maxChoices="1" if is_single else "0",
        )
        for name, words, _ in rows:
            self.html(SubElement(interaction, "simpleChoice", identifier=name), words, inline=True)
        self.add_score(Element("mapResponse", identifier="RESPONSE"))

    def typed(self, parent: Element, name: str, body: Texts | Numbers, part: Decimal) -> None:
        """A field to type in; ``part`` of the points."""
        SubElement(parent, "textEntryInteraction", responseIdentifier=name)
        if isinstance(body, Texts):
            plain = [key for key in body.answers if not key.is_pattern]
            if len(plain) < len(body.answers):
                self.losses.add("a pattern", "QTI has none that every player knows. List the words instead.")
            accepted = [key for key in plain if key.is_right]
            if not accepted:
                raise LeftOut("Only patterns are accepted. List the words.")
            response = self.declare(name, "single", "string", [accepted[0].text])
            self.map(response, [(key.text, _percent(key) * part) for key in accepted])
            self.add_score(Element("mapResponse", identifier=name))
            return
        right = [key for key in body.answers if key.is_right]
        self.declare(name, "single", "float", [plain_number((right[0].low + right[0].high) / 2)])
        condition = Element("responseCondition")
        for index, key in enumerate(right):
            branch = SubElement(condition, "responseIf" if index == 0 else "responseElseIf")
            equal = SubElement(branch, "equal", toleranceMode="absolute")
            middle = (key.low + key.high) / 2
            equal.set("tolerance", plain_number(key.high - middle))
            SubElement(equal, "variable", identifier=name)
            SubElement(equal, "baseValue", baseType="float").text = plain_number(middle)
            rule = SubElement(branch, "setOutcomeValue", identifier="SCORE")
            total = SubElement(rule, "sum")
            SubElement(total, "variable", identifier="SCORE")
            earned = _percent(key) * part * self.points / 100
            SubElement(total, "baseValue", baseType="float").text = plain_number(earned)
        self.rules.append(condition)

    def matching(self, body: Matching) -> None:
        lefts = [(f"L{number}", pair.left) for number, pair in enumerate(body.pairs, start=1) if pair.left]
        rights = {
            words: f"R{number}" for number, words in enumerate(dict.fromkeys(pair.right for pair in body.pairs), 1)
        }
        pairs = [
            f"{name} {rights[pair.right]}"
            for name, pair in zip((n for n, _ in lefts), (p for p in body.pairs if p.left), strict=True)
        ]
        response = self.declare("RESPONSE", "multiple", "directedPair", pairs)
        self.map(response, [(pair, Decimal(100) / len(pairs)) for pair in pairs])
        interaction = SubElement(
            self.body,
            "matchInteraction",
            responseIdentifier="RESPONSE",
            shuffle="true",
            maxAssociations=str(len(lefts)),
        )
        left_set, right_set = SubElement(interaction, "simpleMatchSet"), SubElement(interaction, "simpleMatchSet")
        for name, words in lefts:
            self.html(SubElement(left_set, "simpleAssociableChoice", identifier=name, matchMax="1"), words, inline=True)
        for words, name in rights.items():
            self.html(
                SubElement(right_set, "simpleAssociableChoice", identifier=name, matchMax="0"), words, inline=True
            )
        self.add_score(Element("mapResponse", identifier="RESPONSE"))

    def ordering(self, items: tuple[Item, ...]) -> None:
        names = [f"A{number}" for number in range(1, len(items) + 1)]
        self.declare("RESPONSE", "ordered", "identifier", names)
        interaction = SubElement(self.body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="true")
        for name, item in zip(names, items, strict=True):
            self.html(SubElement(interaction, "simpleChoice", identifier=name), item.text, inline=True)
        self.losses.add("credit for a partly right order", "QTI marks the whole order as right or wrong.")
        condition = Element("responseCondition")
        branch = SubElement(condition, "responseIf")
        match = SubElement(branch, "match")
        SubElement(match, "variable", identifier="RESPONSE")
        SubElement(match, "correct", identifier="RESPONSE")
        rule = SubElement(branch, "setOutcomeValue", identifier="SCORE")
        SubElement(rule, "baseValue", baseType="float").text = plain_number(self.points)
        self.rules.append(condition)

    def cloze(self, body: Cloze) -> None:
        """Text with gaps: rendered with words in their places, which then become fields and menus."""
        gaps = [piece for piece in body.pieces if isinstance(piece, Gap)]
        numbers = iter(range(len(gaps)))
        text = "".join(piece if isinstance(piece, str) else _MARKER.format(next(numbers)) for piece in body.pieces)
        self.html(self.body, text)
        for number, gap in enumerate(gaps):
            if not _replaced(self.body, _MARKER.format(number), self.gap(gap, number, len(gaps))):
                raise LeftOut("A gap stands where it cannot be kept. Move it into running text.")

    def gap(self, gap: Gap, number: int, count: int) -> Element:
        name, part = f"RESPONSE{number + 1}", Decimal(1) / count
        if not isinstance(gap.body, Choices):
            holder = Element("span")
            self.typed(holder, name, gap.body, part)
            return holder[0]
        interaction = Element("inlineChoiceInteraction", responseIdentifier=name, shuffle="true")
        shares = shares_of(gap.body.answers)
        right = [f"A{index}" for index, row in enumerate(gap.body.answers) if row.is_right]
        response = self.declare(name, "single", "identifier", right)
        self.map(response, [(f"A{index}", share * part) for index, share in enumerate(shares) if share])
        for index, row in enumerate(gap.body.answers):
            SubElement(interaction, "inlineChoice", identifier=f"A{index}").text = plain_of(row.text)
        self.add_score(Element("mapResponse", identifier=name))
        return interaction


def _replaced(parent: Element, marker: str, made: Element) -> bool:
    """Put an element in the place of a word."""
    if parent.text and marker in parent.text:
        parent.text, _, made.tail = parent.text.partition(marker)
        parent.insert(0, made)
        return True
    for index, child in enumerate(parent):
        if child.tail and marker in child.tail:
            child.tail, _, made.tail = child.tail.partition(marker)
            parent.insert(index + 1, made)
            return True
        if _replaced(child, marker, made):
            return True
    return False


def _percent(key: TextKey | NumberKey) -> Decimal:
    return key.weight if key.weight is not None else Decimal(100)
