"""Write QTI 2.1: a content package (a zip) with one item a question, and its manifest."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import assert_never
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from elearn.banks.carried import written_settings
from elearn.banks.hotspots import Spots, qti_coordinates, spots_of
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
    OwnKind,
    TextKey,
    Texts,
    Truth,
)
from elearn.banks.own import as_choices, note_unsaid
from elearn.banks.texts import joined, plain_of
from elearn.banks.xhtml import PICTURE, put, replaced, xhtml_of

ITEM_SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE_SPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_MARKER = "GapNumber{}InTheText"
_SHOWN = "PictureNumber{}InTheText"
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same bank makes the same package


def write_qti(bank: Bank) -> tuple[bytes, tuple[Loss, ...]]:
    """The bank as a QTI 2.1 package, and what of it QTI cannot hold."""
    losses = Losses()
    items: dict[str, _Item] = {}
    for question in with_ids(bank.questions):
        losses.begin(question.line, question.title)
        with losses.guard():
            items[f"items/{question.id}.xml"] = _Item(question, bank.images, losses)
    files = {path: _as_bytes(item.element) for path, item in items.items()}
    shown = sorted({path for item in items.values() for path in item.shown})
    files.update({f"media/{path}": bank.images[path] for path in shown})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for path, data in {"imsmanifest.xml": _as_bytes(_manifest(items)), **files}.items():
            package.writestr(zipfile.ZipInfo(path, _STAMP), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue(), losses.all()


def _as_bytes(element: Element) -> bytes:
    data: bytes = ElementTree.tostring(element, encoding="UTF-8", xml_declaration=True)
    return data


def _manifest(items: Mapping[str, "_Item"]) -> Element:
    root = Element("manifest", xmlns=PACKAGE_SPACE, identifier="bank")
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "QTIv2.1 Package"
    SubElement(metadata, "schemaversion").text = "1.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for path, item in items.items():
        name = f"resource-{path.removeprefix('items/').removesuffix('.xml')}"
        resource = SubElement(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=path)
        for file in (path, *(f"media/{picture}" for picture in sorted(item.shown))):
            SubElement(resource, "file", href=file)
    return root


class _Item:
    """One assessmentItem: declarations, body, processing, in the order that the schema wants."""

    def __init__(self, question: BankQuestion, images: Mapping[str, bytes], losses: Losses) -> None:
        self.losses, self.images = losses, images
        self.question = question = as_choices(question, losses)
        settings = written_settings(question, has_points=True, has_unit=False, has_shuffle=True)
        if settings:
            losses.add(settings.removeprefix("elearn: "), "QTI items have no place for it.")
        if question.hint:
            losses.add("the hint", "QTI items have no place for it.")
        note_unsaid(question.body, losses)
        body = question.body
        self.spots = spots_of(question, images) if isinstance(body, Own) and body.kind is OwnKind.HOTSPOT else None
        self.points = question.points
        self.element = Element(
            "assessmentItem",
            xmlns=ITEM_SPACE,
            identifier=f"item-{question.id}",
            title=plain_of(question.title) or "Question",
            adaptive="false",
            timeDependent="false",
        )
        self.shown: set[str] = set()  # paths of pictures
        self.responses: list[Element] = []
        self.rules: list[Element] = []
        self.outcomes: list[Element] = []
        self.feedback: list[Element] = []
        self.body = Element("itemBody")
        self.outcome("SCORE", "single", "float").set("normalMaximum", plain_number(self.points))
        self.html(self.body, joined(f"**{question.title}**", self.spots.stem if self.spots else question.stem))
        self.ask()
        if question.note:
            self.html(SubElement(self.body, "rubricBlock", view="scorer"), question.note)
        if question.explanation:
            self.outcome("EXPLANATION", "single", "identifier")
            self.rules.append(_outcome_set("EXPLANATION", "GENERAL"))
            self.say("EXPLANATION", "GENERAL", question.explanation)
        self.element.extend([*self.responses, *self.outcomes, self.body])
        SubElement(self.element, "responseProcessing").extend(self.rules)
        self.element.extend(self.feedback)

    # --- feedback

    def outcome(self, name: str, cardinality: str, base: str) -> Element:
        """Declare what the processing of responses finds out."""
        made = Element("outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=base)
        self.outcomes.append(made)
        return made

    def say(self, outcome: str, name: str, markdown: str) -> None:
        """Show a text after answering, when an outcome has (or holds) this name."""
        shown = Element("modalFeedback", outcomeIdentifier=outcome, identifier=name, showHide="show")
        self.html(shown, markdown)
        self.feedback.append(shown)

    def say_chosen(self, cardinality: str, said: Iterable[tuple[str, str]]) -> None:
        """Show the feedback of what was chosen: (identifier, text)."""
        texts = [(name, text) for name, text in said if text]
        if not texts:
            return
        self.outcome("FEEDBACK", cardinality, "identifier")
        rule = Element("setOutcomeValue", identifier="FEEDBACK")
        SubElement(rule, "variable", identifier="RESPONSE")
        self.rules.append(rule)
        for name, text in texts:
            self.say("FEEDBACK", name, text)

    def ask(self) -> None:
        """The interaction of the question's kind."""
        body = self.question.body
        match body:
            case Choices():
                self.choices(body)
            case Truth(is_true):
                rows = [("true", "True", Decimal(100 * is_true)), ("false", "False", Decimal(100 * (not is_true)))]
                self.choice_interaction(rows, ["true" if is_true else "false"], is_single=True, shuffle=False)
                self.say_chosen("single", (("true", body.if_true), ("false", body.if_false)))
            case Texts() | Numbers():
                self.typed(SubElement(self.body, "p"), "RESPONSE", body, Decimal(1))
                self.say_typed(body)
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
                if self.spots is None:
                    raise LeftOut(f"QTI has no {kind}.")
                self.areas(self.spots)
            case _:
                assert_never(body)

    # --- text

    def html(self, parent: Element, markdown: str, *, inline: bool = False) -> None:
        """Put Markdown into an element as XHTML, with the pictures that lie beside the pool."""
        pictures: list[Element] = []

        def picture(found: re.Match[str]) -> str:
            alt, path = found.groups()
            if path not in self.images:
                self.losses.add(
                    f"the picture {path[:60]}", "Only files beside the pool are packed; its words were kept."
                )
                return alt
            self.shown.add(path)
            pictures.append(Element("img", src=f"../media/{path}", alt=plain_of(alt)))
            return _SHOWN.format(len(pictures) - 1)

        made = xhtml_of(PICTURE.sub(picture, markdown), self.losses, inline=inline)
        for number, element in enumerate(pictures):
            if not replaced(made, _SHOWN.format(number), element):
                self.losses.add("a picture", "It stands where it cannot be shown.")
        put(parent, made)

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
        said = ((f"A{number}", row.feedback) for number, row in enumerate(body.answers, start=1))
        self.say_chosen("single" if body.is_single else "multiple", said)

    def areas(self, spots: Spots) -> None:
        """A picture whose areas are chosen."""
        answers = [answer for _, answer in spots.areas]
        shares = shares_of(answers)
        right = [f"A{number}" for number, answer in enumerate(answers, start=1) if answer.is_right]
        cardinality = "single" if spots.is_single else "multiple"
        response = self.declare("RESPONSE", cardinality, "identifier", right)
        self.map(response, [(f"A{number}", share) for number, share in enumerate(shares, start=1) if share])
        interaction = SubElement(
            self.body,
            "hotspotInteraction",
            responseIdentifier="RESPONSE",
            maxChoices="1" if spots.is_single else "0",
        )
        self.shown.add(spots.path)
        picture = SubElement(
            interaction,
            "object",
            type=spots.raster.media_type,
            data=f"../media/{spots.path}",
            width=str(spots.raster.width),
            height=str(spots.raster.height),
        )
        picture.text = plain_of(spots.alt)
        for number, (area, answer) in enumerate(spots.areas, start=1):
            shape, coordinates = qti_coordinates(area)
            choice = SubElement(interaction, "hotspotChoice", identifier=f"A{number}", shape=shape, coords=coordinates)
            choice.set("hotspotLabel", plain_of(answer.text))
        self.add_score(Element("mapResponse", identifier="RESPONSE"))
        self.say_chosen(cardinality, ((f"A{number}", each.feedback) for number, each in enumerate(answers, start=1)))

    def say_typed(self, body: Texts | Numbers) -> None:
        """Show the feedback of what was typed."""
        said = [key for key in body.answers if key.feedback and not getattr(key, "is_pattern", False)]
        if not said:
            return
        self.outcome("FEEDBACK", "single", "identifier")
        condition = Element("responseCondition")
        for number, key in enumerate(said, start=1):
            branch = SubElement(condition, "responseIf" if number == 1 else "responseElseIf")
            if isinstance(key, NumberKey):
                _equal(branch, "RESPONSE", key)
            else:
                match = SubElement(branch, "stringMatch", caseSensitive="false")
                SubElement(match, "variable", identifier="RESPONSE")
                SubElement(match, "baseValue", baseType="string").text = key.text
            branch.append(_outcome_set("FEEDBACK", f"F{number}"))
            self.say("FEEDBACK", f"F{number}", key.feedback)
        self.rules.append(condition)

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
            for entry in response.iter("mapEntry"):
                entry.set("caseSensitive", "false")
            self.add_score(Element("mapResponse", identifier=name))
            return
        right = [key for key in body.answers if key.is_right]
        self.declare(name, "single", "float", [plain_number((right[0].low + right[0].high) / 2)])
        condition = Element("responseCondition")
        for index, key in enumerate(right):
            branch = SubElement(condition, "responseIf" if index == 0 else "responseElseIf")
            _equal(branch, name, key)
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
            if not replaced(self.body, _MARKER.format(number), self.gap(gap, number, len(gaps))):
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


def _outcome_set(outcome: str, name: str) -> Element:
    """A rule that gives an outcome a name."""
    rule = Element("setOutcomeValue", identifier=outcome)
    SubElement(rule, "baseValue", baseType="identifier").text = name
    return rule


def _equal(parent: Element, name: str, key: NumberKey) -> None:
    """Whether a response is the number, within its tolerance."""
    middle = (key.low + key.high) / 2
    equal = SubElement(parent, "equal", toleranceMode="absolute", tolerance=plain_number(key.high - middle))
    SubElement(equal, "variable", identifier=name)
    SubElement(equal, "baseValue", baseType="float").text = plain_number(middle)


def _percent(key: TextKey | NumberKey) -> Decimal:
    return key.weight if key.weight is not None else Decimal(100)
