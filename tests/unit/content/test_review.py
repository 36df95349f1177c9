"""What an editor asks: readability by the published formulas, sentences said twice, keys that give themselves away."""

import pytest

from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.review import grade, key_reviews, module_reviews, repeated_sentences
from elearn.content.scaffold import new_course

QUESTION = """
## Question {number}? <!-- id: question-{number} -->

- {a} Short
- {b} Some longer words
"""


def compiled(files: dict[str, bytes]) -> Course:
    """A course that must compile."""
    course = compile_course("example", files).course
    assert course is not None
    return course


def a_course(module: str = "", quiz: str = "") -> Course:
    """The example course with more in its module and its quiz."""
    files = new_course("example", "An example", "en")
    files["01-example/module.md"] += module.encode()
    if quiz:
        head = files["01-example/quiz.md"].decode().split("\n## ")[0]
        files["01-example/quiz.md"] = (head + quiz).encode()
    return compiled(files)


def test_the_grade_of_an_english_text_is_that_of_kincaid() -> None:
    # Two sentences, eleven words, sixteen syllables: 0.39 * 5.5 + 11.8 * 16 / 11 - 15.59.
    text = "The banker reported a payment. Nobody had asked the analyst anything."
    words, syllables = 11, 2 + 3 + 1 + 2 + 1 + 3 + 1 + 1 + 1 + 3 + 3
    assert grade(text, "en") == pytest.approx(0.39 * words / 2 + 11.8 * syllables / words - 15.59)


def test_the_grade_of_a_russian_text_counts_vowels_with_oborneva_s_numbers() -> None:
    text = "Банк сообщил о платеже. Никто не спросил аналитика."
    words, syllables = 8, 1 + 3 + 1 + 3 + 2 + 1 + 2 + 5
    assert grade(text, "ru") == pytest.approx(0.5 * words / 2 + 8.4 * syllables / words - 15.59)


def test_a_language_without_a_formula_has_no_grade() -> None:
    assert grade("Банк туралы хабарлады.", "kk") is None
    assert grade("...", "en") is None


def test_every_module_is_reviewed_without_its_sources() -> None:
    before = module_reviews(a_course())[0].words
    after = module_reviews(a_course("\n\n## Sources <!-- id: sources -->\n\n- A title, a body, 1999\n"))[0].words
    assert after == before


def test_a_sentence_said_in_two_places_is_found_and_a_short_one_is_not() -> None:
    long = "An officer who reads this sentence twice has been robbed of time."
    course = a_course(
        f"\n\n## One <!-- id: one -->\n\n{long} See the law.\n\n## Two <!-- id: two -->\n\nFirst. {long} See the law.\n"
    )
    assert [(each.sentence, each.places) for each in repeated_sentences(course, "en")] == [
        (long, ("example/one", "example/two"))
    ]


def test_keys_are_counted_by_place_and_by_length() -> None:
    right, wrong = "(x)", "( )"
    quiz = "".join(
        QUESTION.format(number=number, a=a, b=b)
        for number, (a, b) in enumerate([(right, wrong), (wrong, right), (wrong, right)])
    )
    found = next(each for each in key_reviews(a_course(quiz=quiz)) if each.path == "01-example/quiz.md")
    assert (found.places, found.longest, found.count) == ((1, 2), 2, 3)
