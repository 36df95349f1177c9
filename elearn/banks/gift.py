"""Read GIFT, Moodle's text format for questions."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from elearn.banks.carried import carried, with_carried
from elearn.banks.html import as_markdown, checked_length, running
from elearn.banks.keys import best_whole, several_from, single_from, texts_from
from elearn.banks.model import (
    ALL,
    Bank,
    BankQuestion,
    Body,
    Choices,
    Cloze,
    Gap,
    LeftOut,
    Losses,
    Matching,
    NumberKey,
    Numbers,
    Open,
    Pair,
    Texts,
    Truth,
    checked_count,
)
from elearn.banks.texts import clean, escaped, one_line, plain_of, titled
from elearn.content.numbers import parse_number

_SIGNS = {
    "\\": "\ue010",
    ":": "\ue011",
    "#": "\ue012",
    "=": "\ue013",
    "{": "\ue014",
    "}": "\ue015",
    "~": "\ue016",
    "n": "\ue017",
}
_BACK = {mark: "\n" if sign == "n" else sign for sign, mark in _SIGNS.items()}
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_MARKS = re.compile("[\ue010-\ue017]")
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d*)?)%")
_CATEGORY_NOISE = re.compile(r"\$\w+\$\Z|top\Z|Default for ", re.IGNORECASE)
_GAP = "GapInTheText7"  # letters only, so that it comes through any format
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_NO_BRACE = "A { that is not closed. Write } after the answers, or \\{ for a brace in the text."


@dataclass(slots=True)
class _Chunk:
    """The lines of one question, without its comments; ``notes`` are those."""

    line: int
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_open: bool = False
    was_open: bool = False

    def add(self, text: str) -> None:
        self.lines.append(text)
        for sign in re.findall(r"[{}]", _ESCAPE.sub("", text)):
            self.is_open = sign == "{"
            self.was_open = True


def read_gift(text: str) -> Bank:
    """The questions of a GIFT file; those that cannot be read are losses, with the line where they begin."""
    losses = Losses()
    questions: list[BankQuestion] = []
    category: tuple[str, ...] = ()
    title = ""
    for count, chunk in enumerate(_chunks(clean(text)), start=1):
        checked_count(count)
        losses.begin(chunk.line, " ".join(chunk.lines))
        whole = "\n".join(chunk.lines).strip()
        if whole.startswith("$CATEGORY:"):
            category = category_of(_unescaped(_protected(whole.removeprefix("$CATEGORY:"))))
            title = title or (category[0] if category else "")
            continue
        with losses.guard():
            question = _question(whole, chunk, losses)
            questions.append(replace(question, tags=tagged(question.tags, category, title)))
    return Bank(tuple(questions), title, losses.all())


def category_of(path: str) -> tuple[str, ...]:
    """The names of a category's path, without what Moodle puts before them."""
    names = (one_line(name.replace("\ue000", "/")) for name in path.replace("//", "\ue000").split("/"))
    return tuple(name for name in names if name and not _CATEGORY_NOISE.match(name))


def tagged(tags: tuple[str, ...], category: tuple[str, ...], title: str) -> tuple[str, ...]:
    """A question's tags with the names of its category; the first of the file names the pool instead."""
    names = category[1:] if category and category[0] == title else category
    return tuple(dict.fromkeys((*tags, *names)))


def _chunks(text: str) -> Iterator[_Chunk]:
    """The questions' lines: a blank line parts them, but not inside braces."""
    chunk: _Chunk | None = None
    notes: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            (chunk.notes if chunk is not None else notes).append(stripped[2:].strip())
            continue
        begins = stripped.startswith(("::", "$CATEGORY:"))
        ends_here = chunk is not None and not chunk.is_open and (not stripped or (begins and chunk.was_open))
        if chunk is not None and (ends_here or (begins and chunk.is_open) or chunk.lines[0].startswith("$CATEGORY:")):
            yield chunk
            chunk = None
        if not stripped and chunk is None:
            continue
        if chunk is None:
            chunk, notes = _Chunk(number, notes=notes), []
        chunk.add(stripped)
    if chunk is not None:
        yield chunk


def _protected(text: str) -> str:
    return _ESCAPE.sub(lambda found: _SIGNS[found.group(1)], text)


def _unescaped(text: str) -> str:
    return _MARKS.sub(lambda found: _BACK[found.group()], text)


def _question(whole: str, chunk: _Chunk, losses: Losses) -> BankQuestion:
    text = _protected(checked_length(whole))
    name = ""
    if text.startswith("::"):
        name, closing, rest = text[2:].partition("::")
        name, text = (name, rest) if closing else ("", text[2:])
        name = one_line(_unescaped(name))
        losses.name(name or _unescaped(text))
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise LeftOut("It has no answers: a description. Put its text into a lesson.")
    if start < 0 or end < start:
        raise LeftOut(_NO_BRACE)
    before, inside, after = text[:start], text[start + 1 : end], text[end + 1 :]
    if "{" in inside or "{" in after:
        raise LeftOut("It has a second {. Write \\{ for a brace in the text; for several gaps write a cloze question.")
    inside, _, general = inside.rpartition("####") if "####" in inside else (inside, "", "")
    to_markdown = _reader(before if before.strip() else after, losses)
    body = _body(inside.strip(), to_markdown, losses)
    explanation = to_markdown(general) if general.strip() else ""
    after = after.rstrip()
    if after.strip() and not re.fullmatch(r"[.?!…\s]+", after):
        question = _missing_word(name, before, body, after, to_markdown)
    else:
        title, stem = titled(name, to_markdown(f"{before.rstrip()}{after}"))
        question = BankQuestion(title=title, stem=stem, body=body)
    return with_carried(question, carried(chunk.notes), explanation, chunk.line, losses)


def _reader(stem: str, losses: Losses) -> Callable[[str], str]:
    """What makes Markdown of a text, whose format is its own or else the stem's."""
    found = _FORMAT.match(stem)
    default = found.group(1) if found else "moodle"

    def to_markdown(text: str) -> str:
        own = _FORMAT.match(text)
        rest = text[own.end() :] if own else text
        return as_markdown(_unescaped(rest).strip(), own.group(1) if own else default, losses)

    return to_markdown


def _missing_word(name: str, before: str, body: Body, after: str, to_markdown: Callable[[str], str]) -> BankQuestion:
    """Text after the answers: a gap in the text, or a blank as Moodle shows it, where a gap could not keep all."""
    is_gap = isinstance(body, Choices | Texts | Numbers) and not any(key.feedback for key in body.answers)
    if not is_gap or (isinstance(body, Choices) and not body.is_single):
        title, stem = titled(name, to_markdown(f"{before}_____{after}"))
        return BankQuestion(title=title, stem=stem, body=body)
    assert isinstance(body, Choices | Texts | Numbers)
    left, found, right = to_markdown(f"{before}{_GAP}{after}").partition(_GAP)
    if not found:
        raise LeftOut("The gap stands where it cannot be kept. Move it into running text.")
    title, stem = (escaped(name), left) if name else (escaped(plain_of(one_line(f"{left}…{right}"))), left)
    first, _, rest = left.partition("\n\n")
    if name and rest and plain_of(first) == name:
        title, stem = one_line(first), rest
    return BankQuestion(title=title, body=Cloze((stem, Gap(body), right)))


def _body(inside: str, to_markdown: Callable[[str], str], losses: Losses) -> Body:
    if not inside:
        losses.add("no rubric", "An open answer needs one: a line was written. Replace it.")
        return Open()
    if inside.startswith("#"):
        return Numbers(_numbers(inside[1:], to_markdown, losses))
    rows = [(sign, *_cut(rest)) for sign, rest in _rows(inside)]
    head = inside.partition("#")[0].strip().upper()
    if head in _TRUTH:
        return _truth(inside, is_true=_TRUTH[head], to_markdown=to_markdown)
    if any(sign == "~" for sign, *_ in rows):
        return _choices(rows, to_markdown, losses)
    if len(rows) > 1 and all("->" in text for _, _, text, _ in rows):
        return _matching(rows, to_markdown, losses)
    typed = [
        (_typed_words(text), ALL if weight is None else weight, to_markdown(feedback))
        for _, weight, text, feedback in rows
    ]
    return texts_from(typed, losses)


def _typed_words(text: str) -> str:
    """Words to be typed are plain, whatever format is said."""
    found = _FORMAT.match(text)
    return _unescaped(text[found.end() :] if found else text).strip()


def _rows(inside: str) -> list[tuple[str, str]]:
    """The rows of an answer block as their sign and the rest; what stands before the first sign is accepted text."""
    pieces = re.split(r"([=~])", inside)
    rows = [("=", pieces[0])] if pieces[0].strip() else []
    return rows + list(zip(pieces[1::2], pieces[2::2], strict=True))


def _cut(rest: str) -> tuple[Decimal | None, str, str]:
    """Weight in per cent, words and feedback of a row."""
    found = _WEIGHT.match(rest)
    weight = Decimal(found.group(1)) if found else None
    words, _, feedback = (rest[found.end() :] if found else rest).partition("#")
    return weight, words.strip(), feedback.strip()


def _truth(inside: str, *, is_true: bool, to_markdown: Callable[[str], str]) -> Truth:
    """The first feedback is for who chose wrongly, the second for who chose rightly."""
    _, wrong, right = (*inside.split("#", 2), "", "")[:3]
    wrong, right = to_markdown(wrong.strip()), to_markdown(right.strip())
    return Truth(True, right, wrong) if is_true else Truth(False, wrong, right)


def _choices(
    rows: list[tuple[str, Decimal | None, str, str]], to_markdown: Callable[[str], str], losses: Losses
) -> Choices:
    is_single = any(sign == "=" for sign, *_ in rows)
    read = []
    for sign, weight, text, feedback in rows:
        share = ALL if sign == "=" and weight is None else weight or Decimal(0)
        read.append((running(to_markdown(text), losses), share, to_markdown(feedback)))
    if any(abs(share) > ALL for _, share, _ in read):
        losses.add("a weight beyond 100 %", "Weights lie between -100 % and 100 %.")
        read = [(words, max(-ALL, min(ALL, share)), feedback) for words, share, feedback in read]
    return single_from(read, losses) if is_single else several_from(read, losses)


def _matching(
    rows: list[tuple[str, Decimal | None, str, str]], to_markdown: Callable[[str], str], losses: Losses
) -> Matching:
    pairs: list[Pair] = []
    for _, _, text, feedback in rows:
        left, _, right = text.partition("->")
        words = running(to_markdown(left), losses)
        pair = Pair(words, escaped(one_line(_unescaped(right))), to_markdown(feedback) if feedback else "")
        if any((pair.left, pair.right) == (other.left, other.right) for other in pairs) or not pair.right:
            losses.add(f'the pair "{pair.left[:40]}"', "It stands twice, or has no right half.")
            continue
        pairs.append(pair)
    if sum(bool(pair.left) for pair in pairs) < 2:
        raise LeftOut("There are fewer than two pairs. Add others.")
    return Matching(tuple(pairs))


def _numbers(inside: str, to_markdown: Callable[[str], str], losses: Losses) -> tuple[NumberKey, ...]:
    accepted, tilde, other = inside.partition("~")
    if tilde and other.strip("# \n"):
        losses.add("what is said to any other response", "Put it into the explanation.")
    keys: list[NumberKey] = []
    for _, rest in _rows(accepted):
        weight, words, feedback = _cut(rest)
        span = _span(_unescaped(words))
        if span is None:
            losses.add(f'the answer "{_unescaped(words)[:40]}"', "It is no number. Write 5, 5:0.1 or 4..6.")
            continue
        if any((key.low, key.high) == span[:2] for key in keys):
            losses.add(f'the second answer "{_unescaped(words)[:40]}"', "Each answer stands once.")
            continue
        is_right = weight is None or weight > 0
        share = weight if weight is not None and 0 < weight < ALL else None
        keys.append(NumberKey(*span[:2], None, span[2], is_right, share, to_markdown(feedback)))
    return tuple(best_whole(keys, losses))


def _span(words: str) -> tuple[Decimal, Decimal, bool] | None:
    """From where to where a number reaches, and whether it is written as a range."""
    first, mark, second = words.partition("..") if ".." in words else words.partition(":")
    numbers = [parse_number(first), parse_number(second) if mark else Decimal(0)]
    if numbers[0] is None or numbers[1] is None:
        return None
    if mark == "..":
        return min(numbers[0], numbers[1]), max(numbers[0], numbers[1]), True
    return numbers[0] - abs(numbers[1]), numbers[0] + abs(numbers[1]), False
