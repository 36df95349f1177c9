"""How far a translation is: counted by sections, questions and terms, and by what fell behind."""

from pathlib import Path

from elearn.content.codec import dump_course, load_course
from elearn.content.compiler import compile_course
from elearn.content.course import Course, Stale
from elearn.content.coverage import Share, coverage_of
from elearn.content.files import read_folder

FOLDER = Path(__file__).parents[2] / "courses" / "good" / "translated"


def the_course(old: bytes = b"", new: bytes = b"") -> Course:
    """The translated course, with one thing in the source of its lesson changed."""
    slug, files, _ = read_folder(FOLDER)
    changed = files["01-triage/module.md"].replace(old, new)
    course = compile_course(slug, files | {"01-triage/module.md": changed}).course
    assert course is not None
    return course


def test_the_source_language_is_complete() -> None:
    found = coverage_of(the_course(), "en")
    assert found.is_complete
    assert (found.sections.missing, found.questions.missing, found.terms.missing) == (0, 0, 0)


def test_what_a_translation_lacks_is_counted() -> None:
    found = coverage_of(the_course(), "ru")
    assert not found.is_complete
    assert found.sections.missing >= 1
    assert found.terms.missing == 1
    assert (found.sections.stale, found.questions.stale, found.terms.stale) == (0, 0, 0)


def test_a_section_whose_source_changed_is_stale_and_still_there() -> None:
    before, after = the_course(), the_course(b"Some words.", b"Other words.")
    assert after.stale == {"ru": Stale(sections=("triage/why",))}
    was, now = coverage_of(before, "ru").sections, coverage_of(after, "ru").sections
    assert now == Share(was.all, was.translated, 1)


def test_a_language_without_any_translation_lacks_everything() -> None:
    found = coverage_of(the_course(), "kk")
    assert found.sections.translated == found.questions.translated == found.terms.translated == 0
    assert found.sections.missing == found.sections.all > 0


def test_what_is_stale_is_kept_with_the_release() -> None:
    course = the_course(b"Some words.", b"Other words.")
    assert load_course(dump_course(course)) == course


def test_a_release_of_before_says_nothing_of_what_is_stale() -> None:
    kept = dump_course(the_course()).replace(b',"stale":{}', b"")
    assert load_course(kept).stale == {}
