"""Forms A and B: the two halves of a pool, for a test before a course and one after it without a question in common.

Who meets form A before the course meets form B in its exam, and the other way round, so that the two forms, which are
never quite as hard, weigh equally on both sides (a counterbalanced design: Shadish, Cook and Campbell, «Experimental
and quasi-experimental designs», 2002, ch. 8).
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

from elearn.content.question import Question


class Form(StrEnum):
    """One of the two halves of every pool."""

    A = "A"
    B = "B"

    @property
    def other(self) -> "Form":
        """The other half."""
        return Form.B if self is Form.A else Form.A


def forms_of(questions: Iterable[Question]) -> Mapping[str, Form]:
    """The form of each question of a pool, by id.

    Questions with the same tags, which are about the same thing, go to the two forms in turn: neither form has two more
    of them than the other, nor two more in all. Where a question stands in its file does not matter.
    """
    in_turn = sorted(questions, key=lambda question: (sorted(question.tags), _chance(question.id)))
    return {question.id: (Form.A, Form.B)[place % 2] for place, question in enumerate(in_turn)}


def form_by(key: str) -> Form:
    """The form of one half of all keys: always the same for a key, and nothing can be told from it about the next."""
    return Form.A if _chance(key)[0] % 2 == 0 else Form.B


def _chance(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
