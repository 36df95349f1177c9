"""Names and what was probably meant."""

import pytest

from elearn.content.names import did_you_mean

MANY = [f"K{number:04}" for number in range(5_000)]


@pytest.mark.parametrize(
    ("wrong", "known", "said"),
    [
        ("quizz", ["quiz", "title"], ' Did you mean "quiz"?'),
        ("zzz", ["quiz", "title"], " Known: quiz, title."),
        ("zzz", [], ""),
        ("zzz", [f"name-{number}" for number in range(13)], ""),
        ("K0123a", MANY, ' Did you mean "K0123"?'),
        ("K4999x", MANY, ' Did you mean "K4999"?'),
        ("J0000", MANY, ' Did you mean "K0000"?'),
    ],
)
def test_the_nearest_name_is_offered_or_the_few_there_are(wrong: str, known: list[str], said: str) -> None:
    assert did_you_mean(wrong, known) == said


def test_of_many_names_few_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of 5,000 wrong keys for a ledger of 5,000 rows took minutes."""
    compared: list[int] = []

    def near(_: str, names: list[str], **__: object) -> list[str]:
        compared.append(len(names))
        return []

    monkeypatch.setattr("elearn.content.names.get_close_matches", near)
    did_you_mean("K2500", MANY)
    assert compared == [200]
