"""What a compiled course says about its files."""

from decimal import Decimal
from pathlib import Path

import pytest

from elearn.content.codec import dump_course, load_course
from elearn.content.compiler import compile_course, digest_of_files
from elearn.content.course import Check, Html
from elearn.content.files import write_folder
from elearn.content.lesson import minutes_of
from elearn.content.preview import preview
from elearn.content.scaffold import new_course
from tests.unit.content.making import COURSE, MODULE_HEAD, QUIZ_HEAD, a_course, codes, compiled, files

SECTIONS = f"""{MODULE_HEAD}
A situation.

## First <!-- id: first -->

Words of the first.

### A part <!-- id: part -->

More words.

### Which one? <!-- q: which -->

- (x) This
- ( ) That
  > No.

### Another part <!-- id: another -->

The end.

## Second <!-- id: second -->

Words.
"""


def test_a_new_course_has_no_problem_in_any_language() -> None:
    for language in ("en", "ru", "kk", "tg", "tk", "uz"):
        compilation = compile_course("new", new_course("new", 'A "title": with a colon', language))
        assert compilation.problems == ()
        assert compilation.course is not None
        assert compilation.course.texts[language].title == 'A "title": with a colon'


def test_text_before_the_first_heading_is_the_opening_page() -> None:
    sections = a_course(module=SECTIONS).modules[0].sections
    assert [(section.id, section.number) for section in sections] == [
        ("opening", "1"),
        ("first", "1.1"),
        ("second", "1.2"),
    ]
    assert sections[0].texts["en"].title == "The only module"


def test_an_opening_page_exists_even_if_nothing_stands_on_it() -> None:
    sections = a_course(module=f"{MODULE_HEAD}## First <!-- id: first -->\n\nWords.\n").modules[0].sections
    assert sections[0].id == "opening"
    assert sections[0].texts["en"].body == ()


def test_parts_are_numbered_and_framed_and_checks_stand_between_them() -> None:
    text = a_course(module=SECTIONS).modules[0].sections[1].texts["en"]
    assert [(part.id, part.number, part.title) for part in text.parts] == [
        ("part", "1.1.1", "A part"),
        ("another", "1.1.2", "Another part"),
    ]
    before, check, after = text.body
    assert isinstance(before, Html)
    assert before.html == (
        '<p>Words of the first.</p>\n<section class="part" id="part">\n'
        '<h2><span class="number">1.1.1</span> A part</h2>\n<p>More words.</p>\n</section>'
    )
    assert check == Check("which")
    assert isinstance(after, Html)
    assert after.html.startswith('<section class="part" id="another">')
    assert after.html.endswith("</section>")


def test_the_plain_text_of_a_section_holds_no_answer() -> None:
    text = a_course(module=SECTIONS).modules[0].sections[1].texts["en"]
    assert text.plain == "Words of the first. More words. The end. A part Another part"


def test_minutes_are_shared_out_by_words() -> None:
    assert minutes_of(10, [100, 300, 100]) == [2, 6, 2]
    assert minutes_of(10, [0, 1000]) == [1, 9]
    assert minutes_of(2, [5, 5, 5]) == [1, 1, 1]
    assert sum(minutes_of(25, [130, 290, 310, 333, 12])) == 25


def test_the_lead_is_the_first_paragraph_and_the_landing_the_rest() -> None:
    text = a_course(course=f"{COURSE}\n## For whom\n\nFor *you*.\n").texts["en"]
    assert text.lead == "Read on."
    assert text.landing == "<h2>For whom</h2>\n<p>For <em>you</em>.</p>"


def test_front_matter_is_typed_by_our_schema_and_not_by_yaml() -> None:
    extra = "hours: 1.5\nlevel: advanced\norigin: no\nthemes: [fatf-29, yes]\ncertificate: {valid: 2 years}\n"
    course = a_course(course=COURSE.replace("hours: 1\n", extra))
    assert course.hours == Decimal("1.5")
    assert (course.level, course.origin, course.themes) == ("advanced", "no", ("fatf-29", "yes"))
    assert course.certification is not None
    assert course.certification.valid_months == 24


def test_durations_are_seconds() -> None:
    head = QUIZ_HEAD.replace("---\n", "---\ntime_limit: 40 minutes\nwait_between: 1 day\npass_mark: 70\n", 1)
    quiz = a_course(quiz=f"{head}## One? <!-- id: one -->\n\n- = 1\n").modules[0].quiz
    assert quiz is not None
    assert (quiz.time_limit_seconds, quiz.wait_between_seconds, quiz.pass_mark) == (2400, 86400, 70)
    assert not quiz.shuffle_questions


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    plain = a_course(module=SECTIONS)
    windows = a_course(module=b"\xef\xbb\xbf" + SECTIONS.replace("\n", "\r\n").encode())
    assert windows.modules == plain.modules


def test_equal_files_are_equal_courses_whatever_their_order() -> None:
    made = files(module=SECTIONS)
    turned = dict(reversed(made.items()))
    assert compile_course("small", made) == compile_course("small", turned)
    assert digest_of_files(made) == digest_of_files(turned)
    assert digest_of_files(made) != digest_of_files({**made, "course.md": b""})


def test_a_course_survives_being_stored() -> None:
    course = compile_course("new", new_course("new", "New", "en")).course
    assert course is not None
    assert load_course(dump_course(course)) == course


def test_what_was_not_dumped_is_not_loaded() -> None:
    with pytest.raises(ValueError, match="validation error"):
        load_course(b'{"slug": "x"}')


def test_there_is_no_course_if_and_only_if_there_is_an_error() -> None:
    assert compiled(module=f"{MODULE_HEAD}<b>\n").course is None
    warned = compiled(module=f"{MODULE_HEAD}[x](#nowhere)\n")
    assert [problem.code for problem in warned.problems] == ["L021"]
    assert warned.course is not None


def test_question_ids_are_unique_over_quizzes_and_pools_but_checks_are_the_modules_own() -> None:
    question = "## One? <!-- id: which -->\n\n- = 1\n"
    assert codes(module=SECTIONS, quiz=QUIZ_HEAD + question) == []
    pool = f"---\npool: first\n---\n{question}"
    assert codes(quiz=QUIZ_HEAD + question, **{"pools/first.md": pool}) == ["Z006", "Q002"]


def test_a_check_that_cannot_be_asked_leaves_no_gap_in_a_preview() -> None:
    broken = SECTIONS.replace("- (x) This", "- ( ) This")
    shown = preview("small", files(), "01-first/module.md", broken).course
    assert shown is not None
    assert shown.modules[0].checks == ()
    assert all(isinstance(piece, Html) for piece in shown.modules[0].sections[1].texts["en"].body)


def test_a_preview_shows_what_it_can_of_a_course_with_errors() -> None:
    shown = preview("small", files(module=SECTIONS), "01-first/module.md", SECTIONS + "\n<b>x</b>\n\n## No id\n")
    assert shown.course is not None
    assert not shown.may_be_published
    assert {problem.code for problem in shown.problems_of("01-first/module.md")} == {"S011", "S005", "S022"}
    assert [section.id for section in shown.course.modules[0].sections] == ["opening", "first", "second", "no-id"]


def test_writing_a_folder_refuses_to_leave_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a path"):
        write_folder(tmp_path, {"../x.md": b""})
