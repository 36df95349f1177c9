"""Read Moodle XML."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from elearn.banks.carried import Carried, carried, with_carried
from elearn.banks.dragged import Word, words_taken_out
from elearn.banks.embedded import put_back, taken_out
from elearn.banks.gift import category_of, tagged
from elearn.banks.hotspots import markers_from
from elearn.banks.html import as_markdown, running
from elearn.banks.keys import best_whole, several_from, single_from, texts_from, with_unit
from elearn.banks.model import (
    ALL,
    Bank,
    BankQuestion,
    Body,
    Gap,
    Item,
    LeftOut,
    Losses,
    Matching,
    NumberKey,
    Numbers,
    Open,
    Ordering,
    Pair,
    Truth,
    Unreadable,
    checked_count,
)
from elearn.banks.texts import clean, escaped, joined, one_line, plain_of, titled
from elearn.banks.xml import Element, read_xml
from elearn.content.numbers import parse_number
from elearn.markup.imaging import MOST_PIXELS, BadPicture, rewritten
from elearn.markup.raster import read_raster

_FORMATS = {"html": "html", "moodle_auto_format": "moodle", "plain_text": "plain", "markdown": "markdown"}
_CENT = Decimal("0.01")
_LARGEST_IMAGE = 5_000_000  # bytes, as a course may hold
_ADDRESS = re.compile(r"!\[([^\]]*)\]\(@@PLUGINFILE@@/([^)\s]*)\)")
_PLUGIN_LINK = re.compile(r"\[([^\]]*)\]\(@@PLUGINFILE@@/[^)]*\)")
_RUBRIC = re.compile(r"(?:\A|\n\n)(\|[^\n]*\|(?: *\d{1,2}(?:[.,]\d)? *\|){2,}\n(?:\|[^\n]*\n?)+)\Z")
_STANDARD = re.compile(r"<[^>]*>|\s|Your answer is (?:partially )?(?:correct|incorrect)\.|\.")
_COMBINED = {
    "correctfeedback": "a right answer",
    "partiallycorrectfeedback": "a partly right answer",
    "incorrectfeedback": "a wrong answer",
}
_KINDS = {
    "description": "It is a text without a question. Put it into a lesson.",
    "random": "It draws from a category. Use draw: in the quiz's front matter.",
    "ddimageortext": "Its pictures to drag cannot be kept. Write a hotspot question: an image and a list of areas.",
    "calculated": "Its numbers are drawn from a formula. Write it with fixed numbers.",
}


def read_moodle(data: bytes, beside: Mapping[str, bytes] | None = None) -> Bank:
    """The questions of a Moodle XML file; those that cannot be read are losses. Raises Unreadable for another file.

    ``beside``: files that lie beside the pool already, by path; pictures get names that are free.
    """
    root = read_xml(data)
    if root.name != "quiz":
        raise Unreadable(f"Line {root.line}: this is no Moodle XML, which begins with <quiz>.")
    reader = _Reader(beside or {})
    for count, element in enumerate(root.all("question"), start=1):
        checked_count(count)
        reader.read(element)
    return Bank(tuple(reader.questions), reader.title, reader.losses.all(), reader.images)


class _Reader:
    def __init__(self, beside: Mapping[str, bytes]) -> None:
        self.beside = beside
        self.losses = Losses()
        self.questions: list[BankQuestion] = []
        self.images: dict[str, bytes] = {}
        self.category: tuple[str, ...] = ()
        self.title = ""

    def read(self, element: Element) -> None:
        """Take a category or a question."""
        if element.attributes.get("type") == "category":
            self.category = category_of(clean(element.said("category", "text")))
            self.title = self.title or (self.category[0] if self.category else "")
            return
        name = one_line(clean(element.said("name", "text")))
        self.losses.begin(element.line, name or element.said("questiontext", "text"))
        with self.losses.guard():
            for question in self.asked(element, name):
                self.questions.append(replace(question, tags=tagged(question.tags, self.category, self.title)))

    def asked(self, element: Element, name: str) -> list[BankQuestion]:
        """A question of any kind; markers to drag become several."""
        kind = element.attributes.get("type", "")
        comments = carried(element.comments)
        tags = tuple(one_line(clean(tag.said("text"))) for group in element.all("tags") for tag in group.all("tag"))
        carry = Carried(clean(element.said("idnumber")).strip() or None, tuple(filter(None, tags)), comments.settings)
        stem_form = _form(element.get("questiontext"), "moodle")
        explanation = self.text(element.get("generalfeedback"), stem_form)
        hints = [self.text(hint, stem_form) for hint in element.all("hint")]
        if sum(map(bool, hints)) > 1:
            self.losses.add("hints one after another", "A question has one hint: they were joined.")
        for which, words in _COMBINED.items():
            if _STANDARD.sub("", element.said(which, "text")):
                self.losses.add(f"the feedback for {words}", "Feedback stands under each answer. Move it there.")
        questions = self.kinds(kind, element, name, stem_form)
        points = _points(element.said("defaultgrade"))
        made = []
        for question in questions:
            note, body = self.note(element, question.body)
            whole = replace(
                question,
                body=body,
                points=max(_CENT, (points / len(questions)).quantize(_CENT)),
                shuffle=element.said("shuffleanswers").lower() not in ("0", "false"),
                hint=joined(*hints),
                note=note,
            )
            made.append(with_carried(whole, carry, explanation, element.line, self.losses))
        return made

    def kinds(self, kind: str, element: Element, name: str, form: str) -> list[BankQuestion]:
        """What is asked, with title and stem."""
        match kind:
            case "cloze":
                stem = _stem_of(element)
                return [self.with_gaps(element, name, form, *taken_out(stem.said("text"), self.losses))]
            case "gapselect" | "ddwtos":
                if kind == "ddwtos":
                    self.losses.add("words to drag", "They became menus.")
                stem, words = _stem_of(element), self.words(element, form)
                return [self.with_gaps(element, name, form, *words_taken_out(stem.said("text"), words))]
            case "ddmarker":
                return self.markers(element, name)
        body = self.body(kind, element, form)
        title, stem_text = titled(name, self.text(element.get("questiontext"), "moodle"))
        return [BankQuestion(title=title, stem=stem_text, body=body)]

    def words(self, element: Element, form: str) -> list[Word]:
        """The words for the gaps of ``gapselect`` (plain) or ``ddwtos`` (with a little HTML), in their order."""
        plain = [
            Word(escaped(one_line(clean(each.said("text")))), each.said("group"))
            for each in element.all("selectoption")
        ]
        dragged = [
            Word(running(as_markdown(each.said("text"), form, self.losses), self.losses), each.said("group"))
            for each in element.all("dragbox")
        ]
        return plain + dragged

    def markers(self, element: Element, name: str) -> list[BankQuestion]:
        """A picture onto which markers are dragged."""
        file = element.get("file")
        path = self.image(file)
        size = read_raster(self.images[path]) if path is not None else None
        if path is None or size is None:
            raise LeftOut("Its picture is missing or cannot be read.")
        labels = {drag.said("no"): one_line(clean(drag.said("text"))) for drag in element.all("drag")}
        zones = [
            (labels.get(drop.said("choice"), ""), drop.said("shape").lower(), drop.said("coords"))
            for drop in element.all("drop")
        ]
        zones = [zone for zone in zones if zone[0]]
        alt = re.sub(r"[\[\]]", "", escaped(name)) or "Picture"
        return markers_from(name, self.text(element.get("questiontext"), "moodle"), path, alt, size, zones, self.losses)

    def note(self, element: Element, body: Body) -> tuple[str, Body]:
        """What only trainers see, and the body, with the rubric that stands at its end if the answer is open."""
        note = self.text(element.get("graderinfo"), "html")
        found = _RUBRIC.search(note) if isinstance(body, Open) else None
        if isinstance(body, Open) and found is None:
            self.losses.add("no rubric", "An open answer needs one: a line was written. Replace it.")
        return (note[: found.start()].strip(), Open(found.group(1).strip())) if found else (note, body)

    def body(self, kind: str, element: Element, form: str) -> Body:
        """The answers of a question."""
        match kind:
            case "multichoice":
                rows = [self.row(answer, form) for answer in element.all("answer")]
                is_single = element.said("single").lower() in ("true", "1")
                return single_from(rows, self.losses) if is_single else several_from(rows, self.losses)
            case "truefalse":
                return self.truth(element, form)
            case "shortanswer":
                if element.said("usecase") == "1":
                    self.losses.add("the difference of capital letters", "Here they never count.")
                typed = [
                    (clean(answer.said("text")), _fraction(answer), self.text(answer.get("feedback"), form))
                    for answer in element.all("answer")
                ]
                return texts_from(typed, self.losses)
            case "numerical":
                return self.numbers(element, form)
            case "matching":
                return self.matching(element, form)
            case "ordering":
                answers = sorted(element.all("answer"), key=_fraction)
                words = (running(self.text(answer, "html"), self.losses) for answer in answers)
                items = tuple(Item(text) for text in dict.fromkeys(words) if text)
                if len(items) < 2:
                    raise LeftOut("There are fewer than two items to sort.")
                return Ordering(items)
            case "essay":
                return Open()
            case _:
                raise LeftOut(_KINDS.get(kind, f'Questions of the kind "{kind[:30]}" are not known here.'))

    def text(self, element: Element | None, form: str) -> str:
        """The text of an element as Markdown, its pictures put beside the pool."""
        if element is None:
            return ""
        markdown = as_markdown(element.said("text"), _form(element, form), self.losses)
        if "@@PLUGINFILE@@" not in markdown:
            return markdown
        files = {file.attributes.get("name", ""): file for file in element.all("file")}

        def picture(found: re.Match[str]) -> str:
            path = self.image(files.get(re.sub(r"%20", " ", found.group(2))) or files.get(found.group(2)))
            return f"![{found.group(1)}]({path})" if path else escaped(found.group(1))

        return _PLUGIN_LINK.sub(self.without_file, _ADDRESS.sub(picture, markdown)).replace("@@PLUGINFILE@@/", "")

    def without_file(self, found: re.Match[str]) -> str:
        self.losses.add("an attached file", "Put it into the course's folder and link to it.")
        return found.group(1)

    def image(self, element: Element | None) -> str | None:
        """Where an embedded picture was put, or None (with a loss)."""
        name = element.attributes.get("name", "") if element is not None else ""
        try:
            data = base64.b64decode("".join(element.text.split()), validate=True) if element is not None else b""
        except (binascii.Error, ValueError):
            data = b""
        try:
            made = rewritten(data) if len(data) <= _LARGEST_IMAGE else None
        except BadPicture:
            made = None
        if made is None or len(made.data) > _LARGEST_IMAGE:
            why = (
                "It is missing, broken, moving, larger than 5 MB, has more than "
                f"{MOST_PIXELS // 1_000_000} million pixels, or is neither PNG, JPEG nor WebP. Add it to the course."
            )
            self.losses.add(f"the picture {name[:60]}".strip(), why)
            return None
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name.rpartition(".")[0])[:60].strip("-.") or "picture"
        ending, data = made.extension, made.data
        number, path = 1, f"images/{stem}.{ending}"
        while self.images.get(path, self.beside.get(path, data)) != data:
            number, path = number + 1, f"images/{stem}-{number + 1}.{ending}"
        self.images[path] = data
        return path

    def row(self, answer: Element, form: str) -> tuple[str, Decimal, str]:
        words = running(self.text(answer, form), self.losses)
        return words, _fraction(answer), self.text(answer.get("feedback"), form)

    def truth(self, element: Element, form: str) -> Truth:
        said: dict[bool, str] = {}
        is_true: bool | None = None
        for answer in element.all("answer"):
            which = answer.said("text").lower() == "true"
            said[which] = self.text(answer.get("feedback"), form)
            if _fraction(answer) > 0:
                is_true = which
        if is_true is None:
            raise LeftOut("Neither true nor false is right. Mark one.")
        return Truth(is_true, said.get(True, ""), said.get(False, ""))

    def numbers(self, element: Element, form: str) -> Numbers:
        units = [unit.said("unit_name") for group in element.all("units") for unit in group.all("unit")]
        if len(units) > 1:
            self.losses.add("units besides the first", "A number has one unit here.")
        unit = clean(units[0]).strip() if units else None
        keys: list[NumberKey] = []
        for answer in element.all("answer"):
            feedback = self.text(answer.get("feedback"), form)
            value, reach = parse_number(answer.said("text")), parse_number(answer.said("tolerance") or "0")
            share = _fraction(answer)
            if value is None or reach is None:
                what = (
                    "what is said to any other response"
                    if answer.said("text") == "*"
                    else "an answer that is no number"
                )
                self.losses.add(what, "Put its feedback into the explanation.")
                continue
            low, high = value - abs(reach), value + abs(reach)
            if any((key.low, key.high) == (low, high) for key in keys):
                self.losses.add(f"the second answer {answer.said('text')[:40]}", "Each answer stands once.")
                continue
            weight = share if 0 < share < ALL else None
            key = NumberKey(low, high, is_right=share > 0, weight=weight, feedback=feedback)
            keys.append(with_unit(key, unit, self.losses))
        return Numbers(tuple(best_whole(keys, self.losses)))

    def matching(self, element: Element, form: str) -> Matching:
        pairs: dict[tuple[str, str], Pair] = {}
        for item in element.all("subquestion"):
            pair = Pair(
                running(self.text(item, form), self.losses), escaped(one_line(clean(item.said("answer", "text"))))
            )
            if not pair.right or (pair.left, pair.right) in pairs:
                self.losses.add(f'the pair "{pair.left[:40]}"', "It stands twice, or has no right half.")
                continue
            pairs[pair.left, pair.right] = pair
        if sum(bool(pair.left) for pair in pairs.values()) < 2:
            raise LeftOut("There are fewer than two pairs. Add others.")
        return Matching(tuple(pairs.values()))

    def with_gaps(self, element: Element, name: str, form: str, text: str, gaps: list[Gap]) -> BankQuestion:
        """A text from which the gaps were taken out, with them put back."""
        stem = _stem_of(element)
        stripped = replace(stem, children=[*stem.all("file"), Element("text", stem.line, pieces=[text])])
        cloze = put_back(self.text(stripped, form), gaps)
        first, parted, rest = cloze.pieces[0].partition("\n\n") if isinstance(cloze.pieces[0], str) else ("", "", "")
        if parted and name and one_line(plain_of(first)) == name:
            return BankQuestion(title=one_line(first), body=replace(cloze, pieces=(rest, *cloze.pieces[1:])))
        return BankQuestion(title=escaped(name) or "Question", body=cloze)


def _stem_of(element: Element) -> Element:
    stem = element.get("questiontext")
    if stem is None:
        raise LeftOut("It has no text.")
    return stem


def _form(element: Element | None, default: str) -> str:
    return _FORMATS.get(element.attributes.get("format", ""), default) if element is not None else default


def _fraction(answer: Element) -> Decimal:
    """The weight of an answer in per cent."""
    try:
        share = Decimal(answer.attributes.get("fraction", "0").strip() or "0")
    except InvalidOperation:
        return Decimal(0)
    return max(-ALL, min(ALL, share)) if share.is_finite() else Decimal(0)


def _points(text: str) -> Decimal:
    """The points of a question: above 0, at most 100, with two decimals."""
    try:
        points = Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        return Decimal(1)
    return points if 0 < points <= 100 else Decimal(1)
