"""Words as they are compared: what people leave out when they type makes no difference, endings make none either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.search.words import (
    LONGEST,
    MOST_WORDS,
    Reading,
    Term,
    fold,
    indexed,
    readings_of,
    stem,
    term_met,
    terms_of,
    words_of,
)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Отчёт", "отчет"),
        ("йод", "ЙОД"),
        ("и\u0306од", "йод"),
        ("за\u0301мок", "замок"),
        ("Oʻzbekiston", "O'zbekiston"),
        ("Oʻzbekiston", "o‘zbekiston"),
        ("maʼlumot", "ma’lumot"),
        ("gʻarb", "garb"),
        ("Қаржы", "каржы"),
        ("өңдеу", "ондеу"),
        ("ҷинояти", "чинояти"),
        ("ҳисобот", "хисобот"),
        ("пӯлшӯӣ", "пулшуи"),
        ("Türkmençe", "turkmence"),
        ("žurnal", "zurnal"),
        ("naïve", "naive"),
        ("bank’s", "bank's"),
        ("co\u00adoperation", "cooperation"),
    ],
)
def test_a_word_is_the_same_however_it_is_typed(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


def test_short_i_is_no_i_with_an_accent() -> None:
    assert fold("мой") == "мой" != fold("мои")


def test_digits_stay_as_they_are() -> None:
    assert indexed("1267/1989, 2354 и R.6", "ru") == "1267 1989 2354 и r 6"


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["freeze", "freezing", "freezes"]),
        ("en", ["sanction", "sanctions", "sanctioned"]),
        ("ru", ["санкция", "санкции", "санкциями", "санкций"]),
        ("ru", ["замораживание", "замораживания", "замораживанием"]),
        ("ru", ["отчёт", "отчета", "отчётами"]),
    ],
)
def test_the_endings_of_a_word_do_not_matter(language: str, forms: list[str]) -> None:
    assert len({indexed(form, language) for form in forms}) == 1


@pytest.mark.parametrize("language", ["kk", "ky", "tg", "tk", "uz"])
def test_without_a_stemmer_what_is_typed_is_the_beginning_of_a_word(language: str) -> None:
    (term,) = terms_of("қаржы", language)

    assert term == Term("каржы", is_beginning=True)
    assert term_met(indexed("қаржыландыру", language), (term,)) is term
    assert term_met(indexed("қар", language), (term,)) is None


def test_two_letters_are_no_beginning() -> None:
    assert terms_of("ат", "kk") == (Term("ат"),)


def test_words_stand_where_they_stand_in_the_text() -> None:
    text = "«Oʻzbek» banki – 2024."
    assert [text[start:end] for _, start, end in words_of(text, "uz")] == ["Oʻzbek", "banki", "2024"]


def test_a_quotation_mark_around_a_word_is_none_of_it() -> None:
    assert indexed("the 'red flag' of a risk-based view", "en") == "the red flag of a risk base view"


def test_languages_in_which_a_question_asks_for_the_same_share_a_reading() -> None:
    assert readings_of("FATF", ("en", "ru", "kk", "uz")) == (
        Reading(("en", "ru"), (Term("fatf"),)),
        Reading(("kk", "uz"), (Term("fatf", is_beginning=True),)),
    )


def test_a_loose_question_takes_every_word_for_a_beginning() -> None:
    (reading,) = readings_of("sanct in", ("en",), is_loose=True)

    assert reading.is_any
    assert reading.terms == (Term("sanct", is_beginning=True), Term("in"))


@pytest.mark.parametrize("typed", ["", "   ", "«»", '" AND * - () :', "\x00", "'''"])
def test_what_holds_no_word_has_no_reading(typed: str) -> None:
    assert [word for reading in readings_of(typed, ("en", "ru")) for word in reading.terms] in ([], [Term("and")])


def test_a_word_asked_for_twice_is_looked_for_once() -> None:
    assert terms_of("Risk risks RISK", "en") == (Term("risk"),)


@given(st.text(max_size=300), st.sampled_from(["en", "ru", "kk", "uz"]))
def test_whatever_is_typed_becomes_few_words_of_letters_and_digits(typed: str, language: str) -> None:
    terms = terms_of(typed, language)

    assert len(terms) <= MOST_WORDS
    assert all(term.word.isalnum() and len(term.word) <= LONGEST for term in terms)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)


@given(st.text(max_size=200), st.sampled_from(["en", "ru", "tg"]))
def test_a_text_is_found_by_its_own_words(text: str, language: str) -> None:
    kept = set(indexed(text, language).split())
    assert {term.word for term in terms_of(text, language)} <= kept


def test_stemming_takes_a_word_of_any_alphabet() -> None:
    assert stem("中文", "ru") == "中文"
