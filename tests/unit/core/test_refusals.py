"""Refusals say in a sentence what is the matter, and every one of them has a status."""

from collections.abc import Iterator

import pytest

import elearn.app
import elearn.cli
from elearn.core.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal, Unsound
from elearn.web.errors import status_of

assert elearn.cli


def _all(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("elearn."):
            yield one
        yield from _all(one)


REFUSALS = sorted(set(_all(Refusal)), key=lambda kind: f"{kind.__module__}.{kind.__name__}")


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_a_refusal_is_a_sentence_and_one_of_five_kinds(kind: type[Refusal]) -> None:
    assert kind.message[0].isupper() or kind.message.startswith(("ELEARN_", "%(", "«%("))
    # Some end with a value, or with the command that mends it, where a full stop would be taken for a part of it.
    assert kind.message.endswith((".", ")s", "?")) or ": elearn " in kind.message
    assert issubclass(kind, NotFound | NotAllowed | Conflict | Invalid | Unsound)


@pytest.mark.parametrize(
    ("kind", "status"), [(NotFound, 404), (NotAllowed, 403), (Conflict, 409), (Invalid, 422), (Unsound, 400)]
)
def test_a_refusal_is_answered_with_its_status(kind: type[Refusal], status: int) -> None:
    assert status_of(kind()) == status


def test_the_sentence_of_a_refusal_has_its_values() -> None:
    class NoSuchThing(NotFound):
        """A thing that is not there."""

        message = "There is no thing «%(name)s»."

    assert str(NoSuchThing(name="100 % cotton")) == "There is no thing «100 % cotton»."
