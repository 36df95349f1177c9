"""Write Moodle XML, with texts in Markdown, which Moodle knows as a format of its own, and pictures inside."""

import base64
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from elearn.banks.carried import note_settings, written_settings
from elearn.banks.embedded import embedded
from elearn.banks.gift_writer import words_of
from elearn.banks.hotspots import Spots, moodle_coordinates, spots_of, without_picture
from elearn.banks.keys import plain_number, shares_of
from elearn.banks.model import (
    ALL,
    Bank,
    BankQuestion,
    Body,
    Choices,
    Cloze,
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
from elearn.banks.texts import guarded, joined, plain_of, portable
from elearn.banks.xhtml import PICTURE

_TYPES: dict[type[Body], str] = {
    Truth: "truefalse",
    Choices: "multichoice",
    Texts: "shortanswer",
    Numbers: "numerical",
    Matching: "matching",
    Ordering: "ordering",
    Cloze: "cloze",
    Open: "essay",
}


def write_moodle(bank: Bank) -> tuple[bytes, tuple[Loss, ...]]:
    """The bank as Moodle XML, and what of it Moodle cannot hold."""
    losses = Losses()
    root = Element("quiz")
    if bank.title:
        category = SubElement(root, "question", type="category")
        path = f"$course$/top/{bank.title.replace('/', '//')}"
        SubElement(SubElement(category, "category"), "text").text = path
    for question in bank.questions:
        losses.begin(question.line, question.title)
        with losses.guard():
            root.append(_Writer(bank.images, losses).question(question))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n", losses.all()


class _Writer:
    def __init__(self, images: Mapping[str, bytes], losses: Losses) -> None:
        self.images, self.losses = images, losses

    def question(self, question: BankQuestion) -> Element:
        """A question of any kind."""
        question = as_choices(question, self.losses)
        body = question.body
        spots = spots_of(question, self.images) if isinstance(body, Own) and body.kind is OwnKind.HOTSPOT else None
        if isinstance(body, Own) and spots is None:
            raise LeftOut(f"Moodle has no {body.kind}.")
        if spots is not None:
            question = without_picture(question, spots)
        element = Element("question", type="ddmarker" if spots is not None else _TYPES[type(body)])
        kept = {"has_points": True, "has_unit": True, "has_shuffle": isinstance(body, Choices | Matching)}
        note_settings(question, self.losses, **kept)
        settings = written_settings(question, **kept)
        if settings:
            element.append(ElementTree.Comment(f" {settings} "))
        SubElement(SubElement(element, "name"), "text").text = plain_of(question.title)
        pieces = body.pieces if isinstance(body, Cloze) else ()
        cloze = "".join(piece if isinstance(piece, str) else embedded(piece, self.losses) for piece in pieces)
        self.text(element, "questiontext", joined(guarded(question.title), question.stem, cloze))
        self.text(element, "generalfeedback", question.explanation)
        SubElement(element, "defaultgrade").text = plain_number(question.points)
        SubElement(element, "idnumber").text = question.id or ""
        if isinstance(body, Choices):
            SubElement(element, "single").text = "true" if body.is_single else "false"
        if kept["has_shuffle"]:
            SubElement(element, "shuffleanswers").text = "true" if question.shuffle else "false"
        if question.note and not isinstance(body, Open):
            self.losses.add("the note for trainers", "Moodle keeps one for open answers only.")
        note_unsaid(body, self.losses)
        if spots is not None:
            self.markers(element, spots)
        self.answers(element, body, question.note)
        if question.hint:
            self.text(element, "hint", question.hint)
        if question.tags:
            tags = SubElement(element, "tags")
            for tag in question.tags:
                SubElement(SubElement(tags, "tag"), "text").text = tag
        return element

    def markers(self, element: Element, spots: Spots) -> None:
        """A hotspot as a marker to drag onto what is right."""
        self.losses.add(
            "areas that are wrong, the words of areas, their feedback and weights",
            "Moodle has markers to drag: there is one for each right area.",
        )
        right = [area for area, answer in spots.areas if answer.is_right]
        drag = SubElement(element, "drag")
        for name, said in (("no", "1"), ("text", "X"), ("noofdrags", str(len(right)))):
            SubElement(drag, name).text = said
        for number, area in enumerate(right, start=1):
            shape, coordinates = moodle_coordinates(area)
            drop = SubElement(element, "drop")
            for name, said in (("no", str(number)), ("shape", shape), ("coords", coordinates), ("choice", "1")):
                SubElement(drop, name).text = said
        file = SubElement(element, "file", name=spots.path.rpartition("/")[2], path="/", encoding="base64")
        file.text = base64.b64encode(self.images[spots.path]).decode()

    def text(self, parent: Element, name: str, markdown: str, **attributes: str) -> Element:
        """An element with a text in Markdown and the pictures that it shows."""
        element = SubElement(parent, name, {**attributes, "format": "markdown"})
        self.fill(element, markdown)
        return element

    def fill(self, element: Element, markdown: str) -> None:
        files: dict[str, bytes] = {}

        def picture(found: re.Match[str]) -> str:
            alt, path = found.groups()
            if path not in self.images:
                self.losses.add(
                    f"the picture {path[:60]}", "Only files beside the pool are packed; its words were kept."
                )
                return alt
            name = path.rpartition("/")[2]
            files[name] = self.images[path]
            return f"![{alt}](@@PLUGINFILE@@/{name})"

        SubElement(element, "text").text = portable(PICTURE.sub(picture, markdown), self.losses)
        for name, data in files.items():
            file = SubElement(element, "file", name=name, path="/", encoding="base64")
            file.text = base64.b64encode(data).decode()

    def answer(self, parent: Element, words: str, share: Decimal, feedback: str, *, is_plain: bool) -> Element:
        """A row with its weight in per cent."""
        form = "moodle_auto_format" if is_plain else "markdown"
        element = SubElement(parent, "answer", fraction=plain_number(share), format=form)
        if is_plain:
            SubElement(element, "text").text = words
        else:
            self.fill(element, words)
        self.text(element, "feedback", feedback)
        return element

    def answers(self, element: Element, body: Body, note: str) -> None:
        """What is asked for."""
        match body:
            case Choices(answers):
                for row, share in zip(answers, shares_of(answers), strict=True):
                    weight = ALL if body.is_single and row.is_right else share
                    self.answer(element, row.text, weight, row.feedback, is_plain=False)
            case Truth(is_true, if_true, if_false):
                self.answer(element, "true", ALL if is_true else Decimal(0), if_true, is_plain=True)
                self.answer(element, "false", Decimal(0) if is_true else ALL, if_false, is_plain=True)
            case Texts(keys):
                SubElement(element, "usecase").text = "0"
                for key in keys:
                    for words in words_of(key, self.losses):
                        self.answer(element, words, _percent(key), key.feedback, is_plain=True)
            case Numbers(numbers):
                self.numbers(element, numbers)
            case Matching(pairs):
                for pair in pairs:
                    half = self.text(element, "subquestion", pair.left)
                    SubElement(SubElement(half, "answer"), "text").text = plain_of(pair.right)
            case Ordering(items):
                for place, item in enumerate(items, start=1):
                    self.fill(SubElement(element, "answer", fraction=str(place), format="markdown"), item.text)
            case Open(rubric):
                self.text(element, "graderinfo", joined(note, rubric))
            case Cloze() | Own():
                pass
            case _:
                assert_never(body)

    def numbers(self, element: Element, keys: tuple[NumberKey, ...]) -> None:
        """Numbers with tolerances; Moodle knows no ranges, but the same numbers are accepted."""
        for key in keys:
            middle = (key.low + key.high) / 2
            answer = self.answer(element, plain_number(middle), _percent(key), key.feedback, is_plain=True)
            SubElement(answer, "tolerance").text = plain_number(key.high - middle)
        unit = keys[0].unit
        if unit and all(key.unit == unit for key in keys):
            one = SubElement(SubElement(element, "units"), "unit")
            SubElement(one, "multiplier").text = "1"
            SubElement(one, "unit_name").text = unit


def _percent(key: TextKey | NumberKey) -> Decimal:
    return Decimal(0) if not key.is_right else key.weight if key.weight is not None else ALL
