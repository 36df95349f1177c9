"""The book of a course: what is in it, what is not, and that a screen reader can read it."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image

from elearn.book.contents import Book, book_of
from elearn.book.press import BookLettersMissing, print_book
from elearn.book.words import words_in
from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.files import read_folder
from elearn.content.pictures import data_of_assets
from elearn.content.scaffold import new_course
from tests.pictures import a_photograph, written
from tests.quiz_course import SECRETS, course_files

GOOD = Path(__file__).parents[2] / "courses" / "good"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def compiled(slug: str, files: dict[str, bytes]) -> Course:
    """A course that must compile."""
    course = compile_course(slug, files).course
    assert course is not None
    return course


def a_book(course: Course, language: str = "en") -> Book:
    """The book of a course without photographs."""
    return book_of(course, language, words_in(language), lambda name: None)


def printed(book: Book) -> pypdf.PdfReader:
    """The book, opened."""
    return pypdf.PdfReader(io.BytesIO(print_book(book, now=NOON)))


def text_of(reader: pypdf.PdfReader) -> str:
    """All its words on one line; a word that was hyphenated at the end of a line is whole again."""
    pages = "\n".join(page.extract_text() for page in reader.pages)
    return " ".join(re.sub(r"[-\u2010\u00ad]\n", "", pages).split())


@pytest.fixture(scope="module")
def example() -> Course:
    """The course that «elearn course new» writes, with everything that the format has."""
    return compiled("example", new_course("example", "An example", "en"))


def test_it_has_the_modules_the_glossary_and_the_answers_in_this_order(example: Course) -> None:
    reader = printed(a_book(example))
    heads = [str(entry["/Title"]) for entry in reader.outline if isinstance(entry, dict)]
    module = example.modules[0].texts["en"].title
    assert heads == ["About this course", f"1. {module}", "Glossary", "Answers"]
    text = text_of(reader)
    for section in example.modules[0].sections[1:]:
        assert f"{section.number} {section.texts['en'].title}" in text
    for term in example.glossary["en"]:
        assert term.term in text


def test_it_is_tagged_dated_and_claims_both_standards(example: Course) -> None:
    reader = printed(a_book(example))
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.creation_date) == ("An example", NOON)
    for claim in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert claim in metadata


def test_the_same_contents_at_the_same_instant_are_the_same_bytes(example: Course) -> None:
    book = a_book(example)
    assert print_book(book, now=NOON) == print_book(book, now=NOON)


def test_every_page_but_the_first_has_a_number(example: Course) -> None:
    first, *others = printed(a_book(example)).pages
    assert not first.extract_text().rstrip().endswith("1")
    for number, page in enumerate(others, start=2):
        assert page.extract_text().rstrip().endswith(str(number))


def test_an_answer_stands_only_at_the_end_with_its_page_beside_the_question() -> None:
    course = compiled("quizzing", course_files())
    reader = printed(a_book(course))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    asked = next(index for index, page in enumerate(pages) if "Which comes first?" in page and "Check yourself" in page)
    told = next(index for index, page in enumerate(pages) if page.endswith(str(len(pages))) or "Answers" in page[:40])
    assert "The answer is on page" in pages[asked]
    found = re.search(r"The answer is on page (\d+)", pages[asked])
    assert found is not None
    assert "The first one" in pages[int(found[1]) - 1]
    assert told <= int(found[1])


def test_no_key_of_a_quiz_a_pool_or_an_exam_is_in_it() -> None:
    course = compiled("quizzing", course_files())
    text = text_of(printed(a_book(course)))
    asked = [question for quiz in course.quizzes() for question in quiz.questions]
    asked += [question for pool in course.pools for question in pool.questions]
    assert len(asked) > 5
    for question in asked:
        assert question.texts["en"].title not in text
    assert [text.count(secret) for secret in SECRETS] == [0, 1, 0, 1, 0, 0, 0], "those of the check-yourself questions"


@pytest.mark.parametrize("folder", ["every-construct", "translated"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_courses_with_every_construct_are_printed_without_a_rest(folder: str, language: str) -> None:
    slug, files, _ = read_folder(GOOD / folder)
    text = text_of(printed(a_book(compiled(slug, files), language)))
    assert not re.search(r"</|&[a-z]+;|\[\[|\ue000|\ufffd", text)


def test_in_russian_its_own_words_are_russian_and_what_is_not_translated_stays() -> None:
    slug, files, _ = read_folder(GOOD / "translated")
    text = text_of(printed(a_book(compiled(slug, files), "ru")))
    assert "Содержание" in text
    assert "Contents" not in text


@pytest.mark.parametrize("kind", range(12))
def test_every_kind_of_question_can_be_asked_on_paper(kind: int) -> None:
    files = new_course("example", "An example", "en")
    quiz = files["01-example/quiz.md"].decode()
    questions = [f"## {each}" for each in quiz.split("\n## ")[1:]]
    if kind >= len(questions):
        pytest.fail("the scaffold shows one question of each of the twelve kinds")
    asked = re.sub(r"^##(#*) ", r"###\1 ", questions[kind], flags=re.MULTILINE)
    asked = re.sub(r"<!-- id: ([\w-]+)(?: \|[^>]*)? -->", r"<!-- q: \1-again -->", asked, count=1)
    files["01-example/module.md"] += f"\n\n## Asked here <!-- id: asked-here -->\n\nOne more.\n\n{asked}\n".encode()
    course = compiled("example", files)
    text = text_of(printed(a_book(course)))
    title = course.modules[0].checks[-1].texts["en"].title
    assert text.count(title) == 2, "once where it is asked and once among the answers"


def test_a_letter_that_no_typeface_has_becomes_a_square_and_too_many_are_refused() -> None:
    files = new_course("example", "An example", "en")
    files["course.md"] += "\nA smile \U0001f600, \u4e2d and \x41.\n".encode()
    text = text_of(printed(a_book(compiled("example", files))))
    assert "A smile □, □ and A." in text
    files["course.md"] += "".join(chr(0x4E00 + place) for place in range(60)).encode()
    with pytest.raises(BookLettersMissing):
        printed(a_book(compiled("example", files)))


def test_hostile_words_are_printed_as_words() -> None:
    files = new_course("example", 'An #panic("x") $x$ *example* @here <label> \\', "en")
    text = text_of(printed(a_book(compiled("example", files))))
    assert '#panic("x")' in text
    assert "*example* @here" in text


def test_photographs_are_printed_whatever_their_format_and_read_out() -> None:
    files = new_course("example", "An example", "en")
    noise = written(Image.effect_noise((700, 400), 90).convert("RGB"), "PNG")  # given out as WebP
    pictures = {
        "a.jpeg": a_photograph(2000, 1000),
        "b.png": a_photograph(300, 200, "PNG", mode="P"),
        "c.webp": a_photograph(800, 400, "WEBP"),
        "d.png": noise,
    }
    files |= {f"01-example/images/{name}": data for name, data in pictures.items()}
    shown = "".join(f"\n\n![What {name} shows.](images/{name})\n" for name in pictures)
    files["01-example/module.md"] += f"\n## Photographs <!-- id: photographs -->{shown}".encode()
    course = compiled("example", files)
    media = data_of_assets(course.assets, files)
    reader = printed(book_of(course, "en", words_in("en"), media.get))
    assert sum(len(page.images) for page in reader.pages) == len(pictures)
    written_anew = [made for made in media if made.endswith((".jpg", ".webp", ".png"))]
    assert len(written_anew) == 7, "b alone is too narrow for a small one"
    assert all(f"What {name} shows".encode() in _unpacked(reader) for name in pictures)


def _unpacked(reader: pypdf.PdfReader) -> bytes:
    """The alternative texts of a document."""
    found: list[str] = []
    for number in range(1, len(reader.xref[0]) + 1):
        value = reader.get_object(pypdf.generic.IndirectObject(number, 0, reader))
        if isinstance(value, pypdf.generic.DictionaryObject) and "/Alt" in value:
            found.append(str(value["/Alt"]))
    return "\n".join(found).encode()
