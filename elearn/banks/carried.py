"""What a format has no place for and a comment of ours carries, so that a bank of ours comes back as it was.

``elearn: points: 2 | credit: exact``, in a comment that other programs pass over.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from elearn.banks.keys import plain_number, with_unit
from elearn.banks.model import BankQuestion, Losses, Numbers

_OURS = re.compile(r"\s*elearn:\s*(.*?)\s*\Z", re.DOTALL)
_NOTE = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.)*)\]")
_ENDING = re.compile(r"[\]\\]")
_CREDITS = ("exact", "proportional", "proportional-correct")
_FURTHER = {
    "words": re.compile(r"\d{1,5}\Z"),
    "upload": re.compile(r"[a-z0-9, ]{1,80}\Z"),
    "variant": re.compile(r"seeded\Z"),
}


@dataclass(frozen=True, slots=True)
class Carried:
    """What stood in the comments before a question: Moodle's id and tags, and settings of ours."""

    id: str | None = None
    tags: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)


def carried(comments: Iterable[str]) -> Carried:
    """Read comments, each without its marks."""
    identifier: str | None = None
    tags: list[str] = []
    settings: dict[str, str] = {}
    for comment in comments:
        ours = _OURS.match(comment)
        if ours is not None:
            pairs = (piece.partition(":") for piece in ours.group(1).split("|"))
            settings.update({key.strip(): value.strip() for key, _, value in pairs})
            continue
        for name, value in _NOTE.findall(comment):
            words = re.sub(r"\\(.)", r"\1", value).strip()
            if name == "id":
                identifier = words
            elif words:
                tags.append(words)
    return Carried(identifier, tuple(dict.fromkeys(tags)), settings)


def moodle_notes(question: BankQuestion) -> str:
    """Id and tags as Moodle writes them into a comment."""
    named = [("id", question.id)] if question.id else []
    words = [*named, *(("tag", tag) for tag in question.tags)]
    return " ".join(f"[{name}:{_ENDING.sub(_backslashed, said)}]" for name, said in words)


def _backslashed(found: re.Match[str]) -> str:
    return f"\\{found.group()}"


def written_settings(question: BankQuestion, *, has_points: bool, has_unit: bool, has_shuffle: bool) -> str:
    """The comment of ours for a question, or nothing; the flags say what the format keeps itself."""
    units = {key.unit for key in question.body.answers} if isinstance(question.body, Numbers) else set()
    unit = next(iter(units)) if len(units) == 1 else None
    settings = [
        ("points", plain_number(question.points) if question.points != 1 and not has_points else None),
        ("credit", question.credit),
        ("shuffle", "no" if not question.shuffle and not has_shuffle else None),
        ("fold", "yo" if question.fold_yo else None),
        ("unit", unit if not has_unit else None),
        *question.settings,
    ]
    said = " | ".join(f"{key}: {value}" for key, value in settings if value is not None and "--" not in value)
    return f"elearn: {said}" if said else ""


def note_settings(
    question: BankQuestion, losses: Losses, *, has_points: bool, has_unit: bool, has_shuffle: bool
) -> None:
    """Note what only a comment of ours carries."""
    said = written_settings(question, has_points=has_points, has_unit=has_unit, has_shuffle=has_shuffle)
    if said:
        losses.add(said.removeprefix("elearn: "), "Only a comment carries it, which other programs pass over.")
    if isinstance(question.body, Numbers) and len({key.unit for key in question.body.answers}) > 1:
        losses.add("units that differ between answers", "Only one unit can be said; the numbers were kept.")


def with_carried(question: BankQuestion, carry: Carried, explanation: str, line: int, losses: Losses) -> BankQuestion:
    """The question with what its comments carried."""
    said = carry.settings
    points = said.get("points", "")
    body = question.body
    unit = said.get("unit")
    if isinstance(body, Numbers) and unit:
        body = Numbers(tuple(with_unit(key, unit, losses) for key in body.answers))
    return replace(
        question,
        body=body,
        id=carry.id or question.id,
        tags=tuple(dict.fromkeys((*question.tags, *carry.tags))),
        points=Decimal(points)
        if re.fullmatch(r"\d{1,2}(?:\.\d{1,2})?|100", points) and Decimal(points)
        else question.points,
        credit=said["credit"] if said.get("credit") in _CREDITS else question.credit,
        shuffle=question.shuffle and said.get("shuffle") != "no",
        fold_yo=said.get("fold") == "yo",
        settings=tuple((key, said[key]) for key, form in _FURTHER.items() if form.match(said.get(key, ""))),
        explanation=explanation or question.explanation,
        line=line,
    )
