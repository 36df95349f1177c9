"""Keys of questions: what is typed as written in a course, weights as other formats give them, wildcards."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from elearn.banks.model import ALL, Answer, Choices, LeftOut, Losses, NumberKey, Numbers, TextKey, Texts
from elearn.content.numbers import looks_spanned, parse_range


def typed_body(rows: Sequence[tuple[str, bool, Decimal | None, str]]) -> Texts | Numbers:
    """What is typed, from words as written, whether they are right, their weight and feedback: numbers if all are."""
    ranges = [parse_range(words) for words, _, _, _ in rows]
    if all(found is not None for found in ranges):
        return Numbers(
            tuple(
                NumberKey(found.low, found.high, found.unit, ".." in words, is_right, weight, feedback)
                for found, (words, is_right, weight, feedback) in zip(ranges, rows, strict=True)
                if found is not None
            )
        )
    return Texts(tuple(_text_key(*row) for row in rows))


def _text_key(words: str, is_right: bool, weight: Decimal | None, feedback: str) -> TextKey:
    if len(words) > 2 and words.startswith("/") and words.endswith("/"):
        return TextKey(words[1:-1], True, is_right, weight, feedback)
    if len(words) > 2 and words.startswith("`") and words.endswith("`"):
        words = words.strip("`").strip()
    return TextKey(words, False, is_right, weight, feedback)


_FINE = Decimal("0.0001")
_FINEST = Decimal("0.00001")
_NEAR = Decimal("0.01")  # per cent: 33.33333 three times is a whole


def plain_number(number: Decimal) -> str:
    """A number without an exponent and without noughts at its end."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0", "-") else text


def written_number(key: NumberKey) -> str:
    """A number as the course format writes it."""
    unit = f" {key.unit}" if key.unit else ""
    if key.low == key.high:
        return f"{plain_number(key.low)}{unit}"
    middle = (key.low + key.high) / 2
    if key.is_range or -middle.as_tuple().exponent > 10:  # type: ignore[operator]
        return f"{plain_number(key.low)}..{plain_number(key.high)}{unit}"
    return f"{plain_number(middle)} ± {plain_number(key.high - middle)}{unit}"


def written_text(key: TextKey) -> str:
    """Words to be typed as the course format writes them; as a pattern where they would be read as something else."""
    words = " ".join(key.text.split())
    if key.is_pattern:
        return f"/{key.text}/"
    is_taken = looks_spanned(words) or words[:1] in "/`=!" or words[-1:] == "`" or "<!--" in words
    if not is_taken:
        return words
    if "`" not in words and "<!--" not in words and not looks_spanned(words):
        return f"`{words}`"
    return f"/{escaped_pattern(words)}/"


def escaped_pattern(words: str) -> str:
    """A pattern that accepts just these words."""
    return re.sub(r"([\\.^$|?*+()\[\]{}/`!])", r"\\\1", words)


# --- weights ---------------------------------------------------------------------------------------------------------


def shares_of(answers: Sequence[Answer]) -> list[Decimal]:
    """The weight in per cent of each row: the one given, else the equal share of what the right ones leave, else 0."""
    given = sum((answer.weight for answer in answers if answer.is_right and answer.weight is not None), Decimal(0))
    silent = sum(answer.is_right and answer.weight is None for answer in answers)
    share = ((ALL - given) / silent).quantize(_FINEST, ROUND_HALF_EVEN) if silent else Decimal(0)
    return [
        answer.weight if answer.weight is not None else share if answer.is_right else Decimal(0) for answer in answers
    ]


def several_from(rows: Sequence[tuple[str, Decimal, str]], losses: Losses) -> Choices:
    """Rows to choose several of, from words, weight in per cent and feedback: what earns something is right."""
    rows = _without_doubles(rows, losses)
    rights = [weight for _, weight, _ in rows if weight > 0]
    if not rights:
        raise LeftOut("No answer earns anything. Give the right ones weights above 0.")
    total = sum(rights, Decimal(0))
    if abs(total - ALL) > _NEAR:
        losses.add(
            f"weights that add up to {plain_number(total)} %",
            "Here the right answers make 100 % together: they were scaled. Check them.",
        )
        rights = [weight * ALL / total for weight in rights]
    written = iter(_written_shares(rights))
    answers = [
        Answer(words, True, next(written), feedback)
        if weight > 0
        else Answer(words, False, weight.quantize(_FINE) if weight < 0 else None, feedback)
        for words, weight, feedback in rows
    ]
    return Choices(tuple(answers), is_single=False)


def _written_shares(weights: Sequence[Decimal]) -> list[Decimal | None]:
    """Weights that make 100 as they are written: the largest group of equal ones says nothing and shares the rest."""
    groups = [[index for index, other in enumerate(weights) if abs(other - weight) <= _NEAR] for weight in weights]
    largest = max(groups, key=len)
    is_even = len(largest) > 1 or len(weights) == 1
    said: list[Decimal | None] = [
        None if is_even and index in largest else weight.quantize(_FINE) for index, weight in enumerate(weights)
    ]
    if not is_even:
        said[largest[0]] = (
            ALL - sum((weight for weight in said if weight is not None), Decimal(0)) + (said[largest[0]] or Decimal(0))
        )
    return said


def single_from(rows: Sequence[tuple[str, Decimal, str]], losses: Losses) -> Choices:
    """Rows to choose one of: that of the highest weight is right, the others keep theirs below 100 %."""
    rows = _without_doubles(rows, losses)
    best = max((weight for _, weight, _ in rows), default=Decimal(0))
    if best <= 0:
        raise LeftOut("No answer is right. Mark one.")
    if best < ALL:
        losses.add(f"a best answer that earns {plain_number(best)} %", "Here the right answer earns 100 %.")
    if sum(weight == best for _, weight, _ in rows) > 1:
        losses.add(
            "several answers that earn everything", "Here one is right: the others earn 99 %. Ask for several instead."
        )
    is_found = False
    answers = []
    for words, weight, feedback in rows:
        is_right = weight == best and not is_found
        is_found = is_found or is_right
        said = None if is_right or weight == 0 else min(weight, Decimal(99)).quantize(_FINE)
        answers.append(Answer(words, is_right, said, feedback))
    return Choices(tuple(answers), is_single=True)


def _without_doubles(rows: Sequence[tuple[str, Decimal, str]], losses: Losses) -> list[tuple[str, Decimal, str]]:
    kept: dict[str, tuple[str, Decimal, str]] = {}
    for row in rows:
        folded = " ".join(row[0].casefold().split())
        if not folded:
            losses.add("an empty answer", "An answer has words; it was left out.")
        elif folded in kept:
            losses.add(f'the second answer "{row[0][:40]}"', "Each answer stands once.")
        else:
            kept[folded] = row
    if len(kept) < 2:
        raise LeftOut("There are fewer than two different answers to choose from. Add others.")
    return list(kept.values())


def texts_from(rows: Sequence[tuple[str, Decimal, str]], losses: Losses) -> Texts | Numbers:
    """Words to type, from words with ``*`` for anything, weight in per cent and feedback; numbers if all are."""
    keys: dict[str, tuple[str, bool, Decimal | None, str]] = {}
    for given, weight, feedback in rows:
        words = " ".join(given.split())
        if words.replace("*", "").strip() == "":
            losses.add("what is said to any other response", "Put it into the explanation, or under a refused answer.")
            continue
        pattern = pattern_of(words)
        written = f"/{pattern}/" if pattern is not None else words.replace("\\*", "*")
        if pattern is None and parse_range(written) is None:
            written = written_text(TextKey(written))
        if written.casefold() in keys:
            losses.add(f'the second answer "{words[:40]}"', "Each answer stands once.")
            continue
        keys[written.casefold()] = (written, weight > 0, weight if 0 < weight < ALL else None, feedback)
    accepted = [said for _, is_right, said, _ in keys.values() if is_right]
    if not accepted:
        raise LeftOut("No answer is accepted. Add a right one.")
    if None not in accepted:
        losses.add("a best answer below 100 %", "Here the best answer earns 100 %.")
        best = max(said for said in accepted if said is not None)
        keys = {name: (*key[:2], None if key[2] == best else key[2], key[3]) for name, key in keys.items()}
    return typed_body(list(keys.values()))


def with_unit(key: NumberKey, unit: str | None, losses: Losses) -> NumberKey:
    """The number with a unit, if that can be written as one."""
    made = replace(key, unit=unit or None)
    if unit and parse_range(written_number(made)) is None:
        losses.add(f'the unit "{unit[:20]}"', "A unit is one word of letters, or a sign such as % or €.")
        return key
    return made


def best_whole(keys: Sequence[NumberKey], losses: Losses) -> list[NumberKey]:
    """Numbers of which one earns everything, as one must."""
    accepted = [key.weight for key in keys if key.is_right]
    if not accepted:
        raise LeftOut("No number is accepted. Add a right one.")
    if None in accepted:
        return list(keys)
    losses.add("a best answer below 100 %", "Here the best answer earns 100 %.")
    best = max(weight for weight in accepted if weight is not None)
    return [replace(key, weight=None) if key.weight == best else key for key in keys]


# --- wildcards -------------------------------------------------------------------------------------------------------

_STAR = re.compile(r"(?<!\\)\*")
_LITERAL = re.compile(r"(?:[^\\.^$|?*+()\[\]{}]|\\[^\w\s]|\.\*)+\Z")


def pattern_of(words: str) -> str | None:
    r"""The RE2 pattern of words with ``*`` for anything (``\*`` is a star); None if they have no such star."""
    if not _STAR.search(words):
        return None
    return ".*".join(escaped_pattern(part.replace("\\*", "*")) for part in _STAR.split(words))


def wildcards_of(pattern: str) -> list[str] | None:
    """The words with ``*`` that accept what a pattern accepts, or None if it asks for more than they can."""
    parts = re.split(r"(?<!\\)\|", pattern)
    if not all(_LITERAL.match(part) for part in parts):
        return None
    words = []
    for part in parts:
        pieces = re.split(r"(?<!\\)\.\*", part)
        words.append("*".join(re.sub(r"\\(.)", r"\1", piece).replace("*", "\\*") for piece in pieces))
    return words
