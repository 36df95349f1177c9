"""Front matter: YAML whose every value is text, read with its places against a closed schema.

YAML's own types are not used (``no`` would be False and ``1:30`` ninety); anchors, aliases and tags are refused before
anything is built from them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import yaml

from elearn.content.names import ID, did_you_mean
from elearn.content.reporting import Report
from elearn.markup.text import Line

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where there is one: ten times faster
_LONGEST = 20_000
_DEEPEST = 6
_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_REFUSED_TOKENS = (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken, yaml.DirectiveToken)
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value: text at a place."""

    text: str
    place: Line


@dataclass(frozen=True, slots=True)
class Items:
    """A list at a place."""

    items: tuple["Value", ...]
    place: Line


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping at a place; keys with their places. Of one that could not be read nothing is known to be missing."""

    values: dict[str, "Value"]
    keys: dict[str, Line]
    place: Line
    is_known: bool = True


Value = Scalar | Items | Fields


def read_fields(front: Sequence[Line], path: str, report: Report) -> Fields | None:
    """The front matter as a mapping, or None (with a problem) if it is none."""
    text = "\n".join(line.text for line in front)
    start = front[0].number if front else 2
    place = Line("", start)
    if len(text) > _LONGEST:
        report.at(path, place, "F011", f"The front matter is longer than {_LONGEST:,} characters. Shorten it.")
        return None
    if not text.strip():
        return Fields({}, {}, place)
    try:
        if not _is_plain(text, start, path, report):
            return None
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, front, path, report)
        return None
    except (yaml.YAMLError, RecursionError, ValueError):
        report.at(path, place, "F003", "The front matter cannot be read. Write one key: value a line.")
        return None
    if node is None:
        return Fields({}, {}, place)
    value = _value(node, start, path, report)
    if not isinstance(value, Fields):
        report.at(path, place, "F003", "The front matter must be lines of key: value.")
        return None
    return value


def _is_plain(text: str, start: int, path: str, report: Report) -> bool:
    depth = 0
    for token in yaml.scan(text, Loader=_LOADER):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        line, column = token.start_mark.line + start, token.start_mark.column + 1
        if isinstance(token, _REFUSED_TOKENS):
            message = "Anchors (&), aliases (*) and tags (!) are not part of the format. Put the text in quotes."
            report.add(path, line, column, "F010", message)
            return False
        if isinstance(token, yaml.DocumentStartToken):
            report.add(path, line, column, "F003", "There is one front matter only. Delete this line.")
            return False
        if depth > _DEEPEST:
            report.add(path, line, column, "F011", "The front matter is too deep. Flatten it.")
            return False
    return True


def _report_syntax(error: yaml.MarkedYAMLError, front: Sequence[Line], path: str, report: Report) -> None:
    mark = error.problem_mark or error.context_mark
    row = min(mark.line, len(front) - 1) if mark else 0
    line, column = front[row].number, (mark.column if mark else 0) + 1
    found = re.match(r"\s*(?:- )?([\w-]+):\s+[^'\"\[{|>].*:(?:\s|$)", front[row].text)
    if found is not None:
        column = front[row].text.index(":", found.end(1) + 1) + 1
        message = f'Put the {found.group(1)} in quotes, because it holds a colon: {found.group(1)}: "…".'
        report.add(path, line, column, "F004", message)
        return
    what = error.problem or "it is malformed"
    message = f"The front matter cannot be read here ({what}). Put texts with special signs in quotes."
    report.add(path, line, column, "F003", message)


def _value(node: yaml.Node, start: int, path: str, report: Report) -> Value:
    place = Line("", node.start_mark.line + start, node.start_mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        return Scalar(" ".join(node.value.split()), place)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_value(item, start, path, report) for item in node.value), place)
    assert isinstance(node, yaml.MappingNode)
    values: dict[str, Value] = {}
    keys: dict[str, Line] = {}
    for key_node, value_node in node.value:
        key_place = Line("", key_node.start_mark.line + start, key_node.start_mark.column + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            report.at(path, key_place, "F003", "A key is one word before a colon.")
            continue
        key = key_node.value
        if key in values:
            report.at(path, key_place, "F006", f'The key "{key}" stands twice. Delete one.')
            continue
        values[key] = _value(value_node, start, path, report)
        keys[key] = key_place
    return Fields(values, keys, place)


class Reader:
    """Takes typed values out of a mapping; whatever is not taken in the end is an unknown key."""

    def __init__(self, fields: Fields, path: str, report: Report, what: str = "front matter") -> None:
        self.fields, self.path, self.report, self.what = fields, path, report, what
        self.known: list[str] = []

    def place(self, key: str) -> Line:
        """Where a key stands, or else where the mapping begins."""
        return self.fields.keys.get(key, self.fields.place)

    def wrong(self, value: Value, code: str, message: str) -> None:
        """Note a problem with a value."""
        self.report.at(self.path, value.place, code, message)

    def take(self, key: str, *, required: str | None = None) -> Value | None:
        """The value of a key; ``required`` says what it is for if it is missing."""
        self.known.append(key)
        value = self.fields.values.get(key)
        if value is None and required is not None and self.fields.is_known:
            message = f'"{key}" is missing: {required}. Add it to the {self.what}.'
            self.report.at(self.path, self.fields.place, "F007", message)
        return value

    def text(self, key: str, *, required: str | None = None, longest: int = 300) -> str | None:
        """A text that is not empty."""
        value = self.take(key, required=required)
        if value is None:
            return None
        if not isinstance(value, Scalar):
            quoted = " Put it in quotes if it holds a colon." if isinstance(value, Fields) else ""
            self.wrong(value, "F008", f'"{key}" must be a text.{quoted}')
        elif not value.text:
            self.wrong(value, "F009", f'"{key}" is empty. Fill it in or delete the line.')
        elif len(value.text) > longest:
            self.wrong(value, "F009", f'"{key}" has more than {longest} characters. Shorten it.')
        else:
            return value.text
        return None

    def identifier(self, key: str, *, required: str | None = None) -> str | None:
        """An id: small letters, digits and hyphens."""
        text = self.text(key, required=required)
        if text is not None and not ID.match(text):
            message = f'"{text[:40]}" is no id: use small letters a–z, digits and hyphens.'
            self.wrong(self.fields.values[key], "F009", message)
            return None
        return text

    def whole(self, key: str, low: int, high: int, *, required: str | None = None) -> int | None:
        """A whole number from ``low`` to ``high``."""
        text = self.text(key, required=required)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
            message = f'"{key}" must be a whole number from {low} to {high}.'
            self.wrong(self.fields.values[key], "F009", message)
            return None
        return int(text)

    def number(self, key: str, low: Decimal, high: Decimal, *, required: str | None = None) -> Decimal | None:
        """A decimal number from ``low`` to ``high``."""
        text = self.text(key, required=required)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", text) or not low <= Decimal(text) <= high:
            self.wrong(self.fields.values[key], "F009", f'"{key}" must be a number from {low} to {high}.')
            return None
        return Decimal(text)

    def one_of(self, key: str, allowed: Sequence[str]) -> str | None:
        """One of a few words."""
        text = self.text(key)
        if text is None or text in allowed:
            return text
        message = f'"{text[:40]}" is not allowed for "{key}".{did_you_mean(text, allowed)}'
        self.wrong(self.fields.values[key], "F009", message)
        return None

    def texts(self, key: str, *, longest: int = 300, most: int = 40) -> tuple[Scalar, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.take(key)
        if value is None:
            return ()
        items = value.items if isinstance(value, Items) else (value,)
        kept: list[Scalar] = []
        for item in items:
            if not isinstance(item, Scalar):
                quoted = " Put it in quotes if it holds a colon." if isinstance(item, Fields) else ""
                self.wrong(item, "F008", f'"{key}" must be a list of texts.{quoted}')
            elif not item.text or len(item.text) > longest:
                self.wrong(item, "F009", f'An entry of "{key}" must have 1 to {longest} characters.')
            else:
                kept.append(item)
        if len(kept) > most:
            self.wrong(value, "F009", f'"{key}" has more than {most} entries. Shorten it.')
        return tuple(kept[:most])

    def words(self, key: str, allowed: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of words without spaces, from ``allowed`` if given."""
        kept: list[str] = []
        names = None if allowed is None else tuple(allowed)
        for item in self.texts(key, longest=60):
            if names is not None and item.text not in names:
                message = f'"{item.text}" is not allowed for "{key}".{did_you_mean(item.text, names)}'
                self.wrong(item, "F009", message)
            elif not re.fullmatch(r"[\w.:-]+", item.text):
                self.wrong(item, "F009", f'"{item.text[:40]}" must be one word (letters, digits, point, hyphen).')
            else:
                kept.append(item.text)
        return tuple(dict.fromkeys(kept))

    def seconds(self, key: str) -> int | None:
        """A duration in seconds, said as ``40 minutes`` or ``1 day``."""
        text = self.text(key)
        if text is None:
            return None
        found = re.fullmatch(r"(\d{1,4}) (second|minute|hour|day|week)s?", text)
        if found is None or int(found.group(1)) == 0:
            message = f'"{key}" must be a duration such as "40 minutes" or "1 day".'
            self.wrong(self.fields.values[key], "F009", message)
            return None
        return int(found.group(1)) * _SECONDS[found.group(2)]

    def months(self, key: str) -> int | None:
        """A duration in months, said as ``24 months`` or ``2 years``."""
        text = self.text(key)
        if text is None:
            return None
        found = re.fullmatch(r"(\d{1,3}) (months?|years?)", text)
        if found is None or int(found.group(1)) == 0:
            self.wrong(self.fields.values[key], "F009", f'"{key}" must be a duration such as "24 months" or "2 years".')
            return None
        return int(found.group(1)) * _MONTHS[found.group(2)]

    def inner(self, key: str) -> "Reader | None":
        """A mapping inside this one."""
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, Fields):
            self.wrong(value, "F008", f'"{key}" must be a mapping such as {key}: {{key: value}}.')
            return None
        return Reader(value, self.path, self.report, key)

    def inners(self, key: str) -> tuple["Reader", ...]:
        """A list of mappings."""
        value = self.take(key)
        if value is None:
            return ()
        readers: list[Reader] = []
        for item in value.items if isinstance(value, Items) else (value,):
            if isinstance(item, Fields):
                readers.append(Reader(item, self.path, self.report, key))
            else:
                self.wrong(item, "F008", f'An entry of "{key}" must be a mapping such as {{key: value}}.')
        return tuple(readers)

    def finish_with(self, *known: str) -> None:
        """Report what is none of these keys."""
        self.known.extend(known)
        self.finish()

    def finish(self, *, elsewhere: Iterable[str] = ()) -> None:
        """Report what was not taken; ``elsewhere`` are keys that only the source file may have."""
        others = set(elsewhere)
        for key, place in self.fields.keys.items():
            if key in self.known:
                continue
            if key in others:
                self.report.at(self.path, place, "F015", f'"{key}" is said by the source file alone. Delete it here.')
            else:
                hint = did_you_mean(key, self.known)
                self.report.at(self.path, place, "F005", f'The key "{key[:40]}" is not known.{hint}')
