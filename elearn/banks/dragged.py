"""Moodle's ``gapselect`` and ``ddwtos``: a text with ``[[1]]``, ``[[2]]`` and words to choose or to drag into them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from elearn.banks.embedded import MARKER
from elearn.banks.model import Answer, Choices, Gap, LeftOut

_GAP = re.compile(r"\[\[(\d{1,3})\]\]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a gap may be filled with, as Markdown; gaps are filled from the group of their right word."""

    text: str
    group: str


def words_taken_out(text: str, words: Sequence[Word]) -> tuple[str, list[Gap]]:
    """The text with a marker in place of each gap, and the gaps as menus. Raises LeftOut."""
    gaps: list[Gap] = []

    def take(found: re.Match[str]) -> str:
        number = int(found.group(1))
        if not 1 <= number <= len(words):
            raise LeftOut(f"Its gap [[{number}]] has no such word.")
        right = words[number - 1]
        menu = list(dict.fromkeys(word.text for word in words if word.group == right.group))
        if len(menu) < 2:
            raise LeftOut(f"Its gap [[{number}]] has only one word to choose from. Add another to the group.")
        gaps.append(Gap(Choices(tuple(Answer(each, each == right.text) for each in menu), is_single=True)))
        return MARKER.format(len(gaps) - 1)

    made = _GAP.sub(take, text)
    if not gaps:
        raise LeftOut("Its text has no gaps such as [[1]].")
    return made, gaps
