"""Uzbek in Cyrillic letters from Latin ones, against words as dictionaries spell them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.uzbek import cyrillic


@pytest.mark.parametrize(
    ("latin", "expected"),
    [
        ("oʻzbekcha", "ўзбекча"),
        ("Oʻzbekiston Respublikasi", "Ўзбекистон Республикаси"),
        ("gʻalaba", "ғалаба"),
        ("shahar, choy", "шаҳар, чой"),
        ("Choy", "Чой"),
        ("maʼlumot", "маълумот"),
        ("taʼlim", "таълим"),
        ("eʼlon", "эълон"),
        ("Isʼhoq", "Исҳоқ"),
        ("yoʻl", "йўл"),
        ("yozuv", "ёзув"),
        ("yetarli", "етарли"),
        ("ertaga", "эртага"),
        ("kerak", "керак"),
        ("poema", "поэма"),
        ("yangi", "янги"),
        ("yurist", "юрист"),
        ("keyingi", "кейинги"),
        ("sahifa", "саҳифа"),
        ("xavf", "хавф"),
        ("qonun", "қонун"),
        ("jinoyat", "жиноят"),
        ("aytsa", "айтса"),
        ("saqlandi, {size} KB", "сақланди, {size} KB"),
        ("parol", "пароль"),
        ("paroli", "пароли"),
        ("parolni", "парольни"),
        ("modul", "модуль"),
        ("sentabr", "сентябрь"),
        ("sentabrda", "сентябрьда"),
        ("kompyuter", "компьютер"),
        ("obyekt", "объект"),
        ("konstitutsiya", "конституция"),
        ("operatsiyalar", "операциялар"),
        ("tranzaksiyani", "транзакцияни"),
        ("sanksiya", "санкция"),
        ("pensiya", "пенсия"),
        ("versiya", "версия"),
        ("litsenziya", "лицензия"),
        ("foiz", "фоиз"),
        ("tomoni", "томони"),
        ("tugʻilgan", "туғилган"),
        ("mo‘tabar", "мўтабар"),
        ("o'quv", "ўқув"),
        ("sertifikat", "сертификат"),
    ],
)
def test_words_are_spelt_as_in_dictionaries(latin: str, expected: str) -> None:
    assert cyrillic(latin) == expected


@pytest.mark.parametrize(
    "kept",
    ["%(count)s", "%%", "<b>", "ELEARN_PUBLIC_URL", "PDF", "F1", "name@unit.example", "--country-name", "&nbsp;"],
)
def test_what_is_no_word_stays_as_it_is(kept: str) -> None:
    assert cyrillic(f"bu {kept} dir") == f"бу {kept} дир"


@given(st.lists(st.sampled_from(["%(count)s", "%(name)s", "%%", "soʻz", "ish", "Ey", ",", "«"]), max_size=8))
def test_values_are_never_lost(parts: list[str]) -> None:
    text = " ".join(parts)
    assert re.findall(r"%\(\w+\)s|%%", cyrillic(text)) == re.findall(r"%\(\w+\)s|%%", text)


@given(st.text("абдефҳқўғ .,0123456789«»"))
def test_what_is_cyrillic_stays(text: str) -> None:
    assert cyrillic(text) == text
