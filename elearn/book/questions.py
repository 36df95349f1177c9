"""A check-yourself question on paper: boxes to tick, lines to write on; and its answer, for the back of the book.

What is to be sorted or matched is put into an order by a hash of its words, so that a book is the same each time it is
printed, and the order tells nothing.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, assert_never

from elearn.book.nodes import Node
from elearn.content.cases import walked
from elearn.content.course import text_in
from elearn.content.question import (
    BranchingCase,
    ChoiceGap,
    Cloze,
    Hotspot,
    Ledger,
    Matching,
    Number,
    NumberAnswer,
    OpenAnswer,
    Ordering,
    Question,
    QuestionText,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
)
from elearn.markup.labels import labels_in

Nodes = list[Node]
Draw = Callable[[str], Nodes]
"""Makes nodes of safe HTML."""


def question_nodes(question: Question, language: str, source: str, draw: Draw) -> Nodes:
    """The question as one meets it, its title left out."""
    text, _ = text_in(question.texts, language, source)
    ours = question.texts[source]
    stem = draw(text.stem)
    match question:
        case SingleChoice() | SeveralChoice():
            return [*stem, _boxes(_words(text, ours, choice.id, draw) for choice in question.choices)]
        case TrueFalse():
            labels = labels_in(language)
            return [*stem, _boxes([[labels.true], [labels.false]])]
        case Hotspot():
            sheet = next((each.html for each in text.sheets or ours.sheets if each.css != "narrow"), "")
            return [*stem, *draw(sheet), _boxes(_words(text, ours, choice.id, draw) for choice in question.choices)]
        case ShortText() | Number():
            return [*stem, _line()]
        case Matching():
            rights = _shuffled({*(pair.right for pair in question.pairs), *question.distractors})
            lefts = [
                [_cell(_words(text, ours, pair.left, draw)), _cell([{"k": "gap", "c": []}])] for pair in question.pairs
            ]
            return [*stem, _rows(lefts), _lettered(_words(text, ours, right, draw) for right in rights)]
        case Ordering():
            return [*stem, _boxes(_words(text, ours, item, draw) for item in _shuffled(question.items))]
        case Cloze():
            return [*stem, *_passage(question, text if text.passage else ours, draw, _open_gap)]
        case Ledger():
            table = text.ledger or ours.ledger
            assert table is not None, "a ledger has its table in the language of its source"
            heads = [_cell([head], is_head=True) for head in ("", *table.heads)]
            rows = [[_cell([{"k": "tick", "c": []}]), *(_cell([cell]) for cell in row)] for row in table.rows]
            return [*stem, _table(heads, rows)]
        case BranchingCase():
            return [*stem, *_scenes(question, text, ours, draw)]
        case OpenAnswer():
            names = [_words(text, ours, criterion.id, draw) for criterion in question.criteria]
            return [*stem, {"k": "ul", "c": [{"k": "li", "c": name} for name in names]}, _line(), _line(), _line()]
        case _:
            assert_never(question)


def answer_nodes(question: Question, language: str, source: str, draw: Draw, number: Callable[[Decimal], str]) -> Nodes:
    """What is right, and why; ``number`` writes a number as the language does."""
    text, _ = text_in(question.texts, language, source)
    ours = question.texts[source]
    return [*_right(question, text, ours, language, draw, number), *draw(text.explanation or "")]


def _right(
    question: Question,
    text: QuestionText,
    ours: QuestionText,
    language: str,
    draw: Draw,
    number: Callable[[Decimal], str],
) -> Nodes:
    match question:
        case SingleChoice() | SeveralChoice() | Hotspot():
            right = [choice.id for choice in question.choices if choice.is_right]
            return [_ticked(_words(text, ours, each, draw) for each in right)]
        case TrueFalse():
            labels = labels_in(language)
            return [_ticked([[labels.true if question.is_true else labels.false]])]
        case ShortText() | Number():
            return [_ticked([[" / ".join(_accepted(question.answers, number))]])]
        case Matching():
            pairs = [
                [*_words(text, ours, pair.left, draw), " → ", *_words(text, ours, pair.right, draw)]
                for pair in question.pairs
            ]
            return [_ticked(pairs)]
        case Ordering():
            items = [{"k": "li", "c": _words(text, ours, item, draw)} for item in question.items]
            return [{"k": "ol", "c": items}]
        case Cloze():
            return _passage(question, text if text.passage else ours, draw, _filler(text, ours, draw, number))
        case Ledger():
            table = text.ledger or ours.ledger
            assert table is not None, "a ledger has its table in the language of its source"
            right = [
                ", ".join(row)
                for key, row in zip(question.row_ids, table.rows, strict=True)
                if key in question.right_ids
            ]
            return [_ticked([row] for row in right)]
        case BranchingCase():
            taken, _ = walked(question.scenes, question.model_path)
            return [_ticked(_words(text, ours, decision.id, draw) for decision in taken)]
        case OpenAnswer():
            return []
        case _:
            assert_never(question)


def _accepted(answers: Iterable[TextAnswer | NumberAnswer], number: Callable[[Decimal], str]) -> list[str]:
    words = []
    for answer in answers:
        if answer.is_refused or answer.weight != 1:
            continue
        if isinstance(answer, TextAnswer):
            words += [] if answer.is_pattern else [answer.text]
        else:
            value = number(answer.low) if answer.low == answer.high else f"{number(answer.low)}–{number(answer.high)}"
            words.append(f"{value}\u00a0{answer.unit}" if answer.unit else value)
    return words


def _filler(
    text: QuestionText, ours: QuestionText, draw: Draw, number: Callable[[Decimal], str]
) -> Callable[[Any], Nodes]:
    def fill(gap: Any) -> Nodes:
        if isinstance(gap, ChoiceGap):
            right = next(choice.id for choice in gap.choices if choice.is_right)
            return [{"k": "strong", "c": _words(text, ours, right, draw)}]
        return [{"k": "strong", "c": [" / ".join(_accepted(gap.answers, number))]}]

    return fill


def _words(text: QuestionText, ours: QuestionText, answer_id: str, draw: Draw) -> Nodes:
    return draw(text.answers.get(answer_id) or ours.answers.get(answer_id, ""))


def _shuffled(ids: Iterable[str]) -> Sequence[str]:
    return sorted(ids, key=lambda each: hashlib.sha256(each.encode()).digest())


def _boxes(rows: Iterable[Nodes]) -> Node:
    return {"k": "boxes", "c": [{"k": "row", "c": row} for row in rows]}


def _ticked(rows: Iterable[Nodes]) -> Node:
    return {"k": "ticked", "c": [{"k": "row", "c": row} for row in rows]}


def _lettered(rows: Iterable[Nodes]) -> Node:
    return {"k": "lettered", "c": [{"k": "row", "c": row} for row in rows]}


def _line() -> Node:
    return {"k": "line", "c": []}


def _cell(nodes: Nodes, *, is_head: bool = False) -> Node:
    return {"k": "th" if is_head else "td", "align": "left", "c": nodes}


def _rows(rows: Sequence[Nodes]) -> Node:
    return {"k": "pairs", "c": [{"k": "tr", "c": row} for row in rows]}


def _table(heads: Nodes, rows: Sequence[Nodes]) -> Node:
    head: Node = {"k": "thead", "c": [{"k": "tr", "c": heads}]}
    return {"k": "table", "c": [head, *({"k": "tr", "c": row} for row in rows)]}


def _open_gap(gap: Any) -> Nodes:
    return [{"k": "gap", "c": []}]


def _passage(question: Cloze, text: QuestionText, draw: Draw, fill: Callable[[Any], Nodes]) -> Nodes:
    """The text of a cloze with what ``fill`` gives in place of each gap."""
    marks = [f"\ue000{place}\ue001" for place in range(len(question.gaps))]
    pieces = [text.passage[0]]
    for mark, piece in zip(marks, text.passage[1:], strict=True):
        pieces += [mark, piece]
    return _with_gaps(draw("".join(pieces)), [fill(gap) for gap in question.gaps])


def _with_gaps(nodes: Nodes, filled: Sequence[Nodes]) -> Nodes:
    made: Nodes = []
    for node in nodes:
        if isinstance(node, dict):
            made.append(node | {"c": _with_gaps(node["c"], filled)})
            continue
        before, *others = node.split("\ue000")
        made += [before] if before else []
        for other in others:
            place, _, after = other.partition("\ue001")
            made += filled[int(place)]
            made += [after] if after else []
    return made


def _scenes(case: BranchingCase, text: QuestionText, ours: QuestionText, draw: Draw) -> Nodes:
    numbers = {scene.id: place for place, scene in enumerate(case.scenes)}
    made: Nodes = []
    for place, scene in enumerate(case.scenes):
        words = text.scenes.get(scene.id) or ours.scenes.get(scene.id)
        if place and words is not None:
            made.append({"k": "scene", "number": place, "c": draw(words.title)})
            made += draw(words.body)
        choices: list[Node] = [
            {"k": "row", "to": numbers[decision.leads_to], "c": _words(text, ours, decision.id, draw)}
            for decision in scene.decisions
        ]
        if choices:
            made.append({"k": "decisions", "c": choices})
    return made
