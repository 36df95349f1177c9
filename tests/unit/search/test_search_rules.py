"""The order in which hits are shown."""

from elearn.search.passages import Kind
from elearn.search.rules import LONGEST_QUESTION, PER_PAGE, Hit, arranged, page_count, page_of, question_of


def a_hit(release: int = 1, place: str = "m/s", language: str = "en", kind: Kind = Kind.SECTION) -> Hit:
    return Hit(release, f"d{release}", f"c{release}", True, language, kind, place)


def test_what_one_course_says_stands_together() -> None:
    first, other, again = a_hit(1, "m/a"), a_hit(2, "m/a"), a_hit(1, "m/b")
    assert arranged([first, other, again], "en") == [first, again, other]


def test_a_place_found_in_two_languages_is_shown_once_in_the_one_of_the_page() -> None:
    russian, english = a_hit(language="ru"), a_hit(language="en")

    assert arranged([russian, english], "en") == [english]
    assert arranged([russian, english], "ru") == [russian]
    assert arranged([russian, english], "kk") == [russian]


def test_the_language_of_the_page_comes_first() -> None:
    russian, english = a_hit(1, "m/a", "ru"), a_hit(2, "m/a", "en")
    mixed = a_hit(2, "m/b", "ru")

    assert arranged([russian, mixed, english], "en") == [english, mixed, russian]


def test_a_term_and_a_section_of_one_name_are_two() -> None:
    assert len(arranged([a_hit(place="x"), a_hit(place="x", kind=Kind.TERM)], "en")) == 2


def test_pages_together_hold_every_hit_once() -> None:
    hits = [a_hit(place=f"m/{number}") for number in range(2 * PER_PAGE + 1)]

    assert page_count(len(hits)) == 3
    assert [hit for number in (1, 2, 3) for hit in page_of(hits, number)] == hits
    assert page_count(0) == 1
    assert page_count(PER_PAGE) == 1


def test_a_question_is_one_line_and_short() -> None:
    assert question_of("  two\n words\t") == "two words"
    assert len(question_of("x" * 10_000)) == LONGEST_QUESTION


def test_signs_that_no_page_may_hold_are_left_out_of_a_question() -> None:
    assert question_of("a\x00b\uffff\x1bco\u00adop") == "a b coop"
