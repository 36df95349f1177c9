"""Words stand in the order of their own alphabet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.alphabets import order_in
from elearn.core.languages import NAMES


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["42 days", "account", "Account", "Account holder", "bank", "Zürich", "банк"]),
        ("ru", ["адрес", "ёлка", "ель", "жалоба", "яма", "audit"]),
        ("kk", ["ай", "әке", "бала", "ғалым", "дала", "қала", "лақ", "нан", "ңіз", "өмір", "ұл", "үй", "ы", "із"]),
        ("ky", ["нан", "ңа", "ок", "өмүр", "суу", "үй", "фонд"]),
        ("tg", ["гап", "ғам", "ид", "ӣд", "йод", "кор", "қор", "ҳар", "чор", "ҷон", "шаб"]),
        ("tk", ["bal", "çaga", "dag", "el", "äk", "fond", "jan", "žurnal", "kel", "nan", "ňaz", "ýer", "zat"]),
        ("uz", ["bank", "dars", "savol", "suv", "yoʻl", "zar", "oʻquv", "gʻoya", "shahar", "choy"]),
        ("uz-Cyrl", ["банк", "савол", "ҳисоб"]),
    ],
)
def test_a_list_is_in_the_order_of_the_alphabet(language: str, words: list[str]) -> None:
    mixed = sorted(words, key=lambda word: word[::-1])
    assert sorted(mixed, key=lambda word: order_in(language, word)) == words


def test_marks_that_are_no_letters_do_not_count() -> None:
    assert order_in("en", "co-operate")[0] == order_in("en", "«cooperate»")[0]


def test_apostrophes_typed_in_other_ways_are_the_same_letter() -> None:
    assert order_in("uz", "o'quv")[0] == order_in("uz", "oʻquv")[0] == order_in("uz", "O‘quv")[0]


@given(st.sampled_from(sorted(NAMES)), st.lists(st.text(max_size=8), max_size=8))
def test_any_words_have_one_order(language: str, words: list[str]) -> None:
    backwards = list(reversed(words))
    words.sort(key=lambda word: order_in(language, word))
    backwards.sort(key=lambda word: order_in(language, word))
    assert words == backwards
