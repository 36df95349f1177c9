"""Read Aiken: a line of question, lines ``A) answer``, a line ``ANSWER: A``."""

import re

from elearn.banks.html import checked_length
from elearn.banks.model import Answer, Bank, BankQuestion, Choices, LeftOut, Losses, checked_count
from elearn.banks.texts import clean, escaped, from_plain, titled

_ROW = re.compile(r"\s*([A-Za-z])[.)]\s*(.*)\Z")
_ANSWER = re.compile(r"\s*ANSWER\s*:\s*([A-Za-z])\s*[.)]?\s*\Z", re.IGNORECASE)


def read_aiken(text: str) -> Bank:
    """The questions of an Aiken file; those that cannot be read are losses, with the line where they begin."""
    losses = Losses()
    questions: list[BankQuestion] = []
    count, begin, words, rows = 0, 0, list[str](), list[tuple[str, str]]()

    def end(letter: str | None, reason: str = "") -> None:
        nonlocal count
        count += 1
        checked_count(count)
        losses.begin(begin, " ".join(words))
        with losses.guard():
            questions.append(_question(begin, words, rows, letter, reason))
        words.clear()
        rows.clear()

    for number, line in enumerate(clean(text).split("\n"), start=1):
        answer, row = _ANSWER.match(line), _ROW.match(line)
        if not line.strip():
            continue
        if not words and not rows:
            begin = number
        if answer is not None:
            end(answer.group(1).upper())
        elif row is not None and words and row.group(1).upper() == _next_letter(rows):
            rows.append((row.group(1).upper(), row.group(2).strip()))
        elif rows:
            end(None, "It has no ANSWER line. Write ANSWER: and the letter after the last answer.")
            begin = number
            words.append(line.strip())
        else:
            words.append(line.strip())
    if words or rows:
        end(None, "The file ends before its ANSWER line. Write ANSWER: and the letter.")
    return Bank(tuple(questions), "", losses.all())


def _next_letter(rows: list[tuple[str, str]]) -> str:
    return chr(ord("A") + len(rows))


def _question(
    line: int, words: list[str], rows: list[tuple[str, str]], letter: str | None, reason: str
) -> BankQuestion:
    if letter is None:
        raise LeftOut(reason)
    if not words:
        raise LeftOut("An ANSWER line without a question. Delete it, or write the question before it.")
    if len(rows) < 2:
        raise LeftOut("It has fewer than two answers. Write them as A) and B), in the order of the letters.")
    if letter not in dict(rows):
        raise LeftOut(f"ANSWER says {letter}, but no answer has that letter.")
    kept = [(name, text) for name, text in rows if text]
    folded = [text.casefold() for _, text in kept]
    if len(kept) < len(rows) or len(set(folded)) < len(folded):
        raise LeftOut("Two answers are the same, or one is empty. Change them.")
    title, stem = titled("", from_plain(checked_length("\n".join(words))))
    answers = tuple(Answer(escaped(text), name == letter) for name, text in kept)
    return BankQuestion(title=title, stem=stem, body=Choices(answers, is_single=True), line=line)
