"""Branching cases: a stem with choices that are links to scenes, which have choices of their own or end the case."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import unquote

from elearn.content.answers import Row, answer_id, is_list_of_choices, unmarked_rows
from elearn.content.cases import (
    Decision,
    Scene,
    SceneText,
    TooManyWaysError,
    best_path,
    reached,
    sum_of,
    walked,
)
from elearn.content.kinds.draft import Draft, completed, only_text, renamed
from elearn.content.names import anchor_of, did_you_mean
from elearn.content.question import BranchingCase
from elearn.markup.blocks import Block, Heading, List, spans_of
from elearn.markup.text import Line, trimmed

OPENING = ""
"""The id of the scene that is the stem: no link can lead back to it."""

_LINK = re.compile(r"\s*\[(?P<words>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(#(?P<to>[^()\s]*)\)(?P<chips>(?:\s*`[^`]*`)*)\s*$")
_CHIP = re.compile(r"`([^`]*)`")
_POINTS = re.compile(r"([+−–-]) ?(\d{1,3}(?:\.\d{1,2})?)\Z")
_EVIDENCE = re.compile(r"\+? ?(\d{1,2}) evidence\Z")
_DAYS = re.compile(r"\+? ?(\d{1,3}) days?\Z")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A scene as it is written; ``choices`` None: it ends the case."""

    id: str
    place: Line
    title: Line | None
    body: tuple[Line, ...]
    choices: List | None


@dataclass(frozen=True, slots=True)
class _Read:
    """A decision with the row that it was read from and its words in HTML."""

    decision: Decision
    row: Row
    html: str


def read_branching(draft: Draft) -> BranchingCase | None:
    """A list of links to scenes, and the scenes. Every fault is noted where it stands; None if there is one."""
    pieces = _pieces(draft)
    if pieces is None:
        return None
    known = {piece.id: piece for piece in pieces}
    read = {piece.id: _decisions(draft, piece, known) for piece in pieces}
    decided = {name: rows for name, rows in read.items() if rows is not None}
    if len(decided) < len(pieces):
        return None
    scenes = tuple(Scene(piece.id, tuple(each.decision for each in decided[piece.id])) for piece in pieces)
    if not _is_whole(draft, pieces, scenes):
        return None
    model_path = _model_path(draft, scenes)
    if model_path is None:
        return None
    rows = [each for piece in pieces for each in decided[piece.id]]
    text = replace(
        draft.text,
        answers={each.decision.id: each.html for each in rows},
        feedback={each.decision.id: draft.writer.block(each.row.feedback).html for each in rows if each.row.feedback},
        scenes={piece.id: _scene_text(draft, piece) for piece in pieces[1:]},
    )
    return BranchingCase(**completed(draft, text), scenes=scenes, model_path=model_path)


# --- cutting ---------------------------------------------------------------------------------------------------------


def _pieces(draft: Draft) -> list[_Piece] | None:
    """The opening scene and those under the headings; None if there is no scene or one cannot be told from another."""
    assert isinstance(draft.block, List), "the shape of a case is a list"
    spans = spans_of(draft.after)
    heads = [index for index, (block, _, _) in enumerate(spans) if isinstance(block, Heading)]
    place = draft.block.place
    if not heads:
        message = "This case has no scene. Write ### and a title under the choices, and let them link to it."
        draft.wrong(place, "Q080", message)
        return None
    is_sound = True
    if heads[0] > 0:
        draft.wrong(_first_line(draft.after), "Q006", "Text after the choices. Move it before them.")
        is_sound = False
    pieces = [_Piece(OPENING, place, None, (), draft.block)]
    for start, end in zip(heads, [*heads, len(spans)][1:], strict=True):
        head = spans[start][0]
        assert isinstance(head, Heading)
        name = anchor_of(draft.writer.inline([head.title]).plain)
        if head.level != draft.head.level + 1:
            draft.wrong(head.place, "S001", f"A scene is a heading with {'#' * (draft.head.level + 1)}.")
            is_sound = False
        elif not name:
            draft.wrong(head.place, "S021", "The scene has no title. Write it after the #.")
            is_sound = False
        elif name in [piece.id for piece in pieces]:
            draft.wrong(head.place, "Q081", "Another scene has this title, so that no link can tell them apart.")
            is_sound = False
        else:
            piece = _piece(draft, name, head, spans[start + 1 : end])
            is_sound = is_sound and piece is not None
            pieces += [piece] if piece is not None else []
    return pieces if is_sound else None


def _piece(draft: Draft, name: str, head: Heading, spans: Sequence[tuple[Block, int, int]]) -> _Piece | None:
    """A scene: what happens, and its choices, which stand last."""
    at = max((index for index, (block, _, _) in enumerate(spans) if is_list_of_choices(block)), default=len(spans))
    body = trimmed([line for _, start, end in spans[:at] for line in draft.after[start:end]])
    if at == len(spans):
        return _Piece(name, head.place, head.title, body, None)
    choices = spans[at][0]
    assert isinstance(choices, List)
    if at < len(spans) - 1:
        place = _first_line(draft.after[spans[at + 1][1] :])
        draft.wrong(place, "Q006", "Text after the choices of a scene. Move it before them.")
        return None
    return _Piece(name, head.place, head.title, body, choices)


def _first_line(lines: Sequence[Line]) -> Line:
    return trimmed(lines)[0].stripped()


def _scene_text(draft: Draft, piece: _Piece) -> SceneText:
    """The words of a scene; names of figures and notes in it are its own."""
    assert piece.title is not None
    whole = draft.writer.name
    draft.writer.name = f"{whole}-{piece.id}"
    body = draft.writer.block(piece.body).html
    draft.writer.name = whole
    return SceneText(draft.writer.inline([piece.title]).html, body)


# --- choices ---------------------------------------------------------------------------------------------------------


def _decisions(draft: Draft, piece: _Piece, known: Mapping[str, _Piece]) -> list[_Read] | None:
    """The decisions of a scene; None with a problem for each that cannot be read."""
    if piece.choices is None:
        return []
    rows = unmarked_rows(piece.choices, draft.writer.path, draft.report)
    read = [_decision(draft, piece, row, known) for row in rows or ()]
    sound = [each for each in read if each is not None]
    names = [each.decision.id for each in sound]
    for index, each in enumerate(sound):
        if names[index] in names[:index]:
            message = "This choice is there already. Change or delete one of them."
            draft.wrong(each.row.place, "Q010", message)
            return None
    return sound if rows is not None and len(sound) == len(rows) else None


def _decision(draft: Draft, piece: _Piece, row: Row, known: Mapping[str, _Piece]) -> _Read | None:
    found = _LINK.match(row.text[0].text) if len(row.text) == 1 else None
    if found is None or not found["words"].strip() or row.weight is not None:
        message = "A choice is a link to a scene, on one line, with its chips behind: [words](#scene) `+2` `3 days`."
        draft.wrong(row.place, "Q088", message)
        return None
    target = unquote(found["to"])
    chips = _chips(draft, row.text[0], found)
    if target not in known or target == OPENING:
        hint = did_you_mean(target, [name for name in known if name != OPENING])
        draft.wrong(row.text[0].cut(found.start("to")), "Q082", f'There is no scene "{target[:60]}".{hint}')
        return None
    if chips is None:
        return None
    points, evidence, days = chips
    words = draft.writer.inline([row.text[0].cut(found.start("words"), found.end("words"))])
    name = answer_id(f"{piece.id} {words.plain}")
    return _Read(Decision(name, target, points, evidence, days), row, words.html)


def _chips(draft: Draft, line: Line, found: re.Match[str]) -> tuple[Decimal, int, int] | None:
    """Points, evidence and days of a choice; None with a problem if a chip cannot be read or stands twice."""
    points, evidence, days = Decimal(0), 0, 0
    seen: set[str] = set()
    for chip in _CHIP.finditer(line.text, *found.span("chips")):
        said = " ".join(chip[1].split())
        if (earned := _POINTS.match(said)) is not None:
            kind, points = "points", Decimal(earned[2]) * (1 if earned[1] == "+" else -1)
        elif (proof := _EVIDENCE.match(said)) is not None:
            kind, evidence = "evidence", int(proof[1])
        elif (passed := _DAYS.match(said)) is not None:
            kind, days = "days", int(passed[1])
        else:
            kind = ""
        if not kind or kind in seen:
            message = "This chip cannot be read or is there twice. Write `+2`, `-1`, `+1 evidence` or `3 days`."
            draft.wrong(line.cut(chip.start()), "Q085", message)
            return None
        seen.add(kind)
    return points, evidence, days


# --- the whole -------------------------------------------------------------------------------------------------------


def _is_whole(draft: Draft, pieces: Sequence[_Piece], scenes: Sequence[Scene]) -> bool:
    """Whether every scene can be reached and left; notes each that cannot be, and the first without a way out."""
    reachable = reached(scenes, OPENING)
    lost = [piece for piece in pieces if piece.id not in reachable]
    for piece in lost:
        message = "No path leads to this scene. Let a choice link to it, or delete it."
        draft.wrong(piece.place, "Q083", message)
    ends = {scene.id for scene in scenes if not scene.decisions}
    caught = [piece for piece in pieces[1:] if not ends & reached(scenes, piece.id) and piece not in lost]
    if caught:
        message = (
            "From this scene no end can be reached: the choices lead round in a circle. "
            "Let one of them lead to a scene without choices."
        )
        draft.wrong(caught[0].place, "Q084", message)
    return not lost and not caught


def _model_path(draft: Draft, scenes: Sequence[Scene]) -> tuple[str, ...] | None:
    """The decisions that earn most; None with a problem if they earn nothing or less than the question is worth."""
    assert isinstance(draft.block, List)
    try:
        path = best_path(scenes)
    except TooManyWaysError:
        message = "There are too many ways through this case to find the best. Leave fewer points in loops."
        draft.wrong(draft.block.place, "Q089", message)
        return None
    earned = sum_of(walked(scenes, path)[0]).points
    if earned <= 0:
        draft.wrong(draft.block.place, "Q086", "No path earns points. Write a chip such as `+2` behind good choices.")
        return None
    worth = draft.head.settings.get("points")
    if worth is not None and draft.common["points"] > earned:
        message = f"The best path earns {earned.normalize():f}, so nobody can get {worth.text[:8]}. Change one of them."
        draft.wrong(worth, "Q087", message)
        return None
    return path


def merged_branching(ours: BranchingCase, theirs: BranchingCase, language: str) -> BranchingCase | None:
    """Our case with a translation's words, or None if its scenes, its ways or its chips are not ours."""
    if len(ours.scenes) != len(theirs.scenes):
        return None
    scenes = {their.id: our.id for our, their in zip(ours.scenes, theirs.scenes, strict=True)}
    names: dict[str, str] = {}
    for our_scene, their_scene in zip(ours.scenes, theirs.scenes, strict=True):
        if len(our_scene.decisions) != len(their_scene.decisions):
            return None
        for our, their in zip(our_scene.decisions, their_scene.decisions, strict=True):
            if replace(their, id=our.id, leads_to=scenes[their.leads_to]) != our:
                return None
            names[their.id] = our.id
    text = renamed(only_text(theirs), names)
    text = replace(text, scenes={scenes[name]: said for name, said in text.scenes.items()})
    return replace(ours, texts={**ours.texts, language: text})
