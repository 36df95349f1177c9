"""What holds for any bytes at all."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elearn.content.codec import dump_course, load_course
from elearn.content.compiler import compile_course, draft_course
from elearn.content.fixing import fix
from elearn.content.scaffold import new_course

BASE = new_course("x", "Title", "en")
PIECES = st.sampled_from(
    [
        *("# ", "## ", "### ", "#### ", "- ", "1. ", "2) ", "> ", "> [!NOTE]\n", "> [!LAW] x\n", "> [!RED-FLAG] y\n"),
        *("```", "~~~", "`", "|", "|--|:-:|", "\n", "\n\n", "\n  ", "\n    ", "\t", "<!--", "-->", " <!-- id: a -->"),
        *("<b>", " <!-- q: b -->", "<", "&#x41;", "[a](b)", "[a](../glossary.md#triage)", "![](x)", "[^1]"),
        *('![a](images/flow.svg "t")\n', "*[AB]: abc", "AB", "[r]: http://x", "[r]", "*", "**", "_", "( ) a", "(x) b"),
        *("[x] c", "[ ] d", "= 5", "= a", "!= z", "= /x/", "`50%`", "±", "→", "[[= 1]]", "---", "===", "\\", "\r\n"),
        *("[[", "]]", "[[(x) a | ( ) b]]"),
        *(
            "\r",
            "\x00",
            "\ue000",
            "\ue001",
            "é",
            "ж",
            "{: .x}",
            ": def",
            "---\n",
            "title: x\n",
            "a: &b c\n",
            "[^1]: note",
        ),
        *("- [a](#b) `+2`\n", "\n### b\n", "`#received` ", "`rect 1% 1% 9% 9%` "),
        *("<https://a.b>", "javascript:alert(1)", "True", "False", "\u2028", "\ufeff", "some words here. "),
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=60).map("".join).map(lambda text: text.encode(errors="replace")), st.binary(max_size=80)
)
PATHS = st.sampled_from([*BASE, "01-example/module.ru.md", "01-example/quiz.ru.md", "glossary.ru.md", "02-x/module.md"])


@st.composite
def courses(draw: st.DrawFn) -> dict[str, bytes]:
    """A sound course with stretches of some files replaced by nonsense."""
    files = dict(BASE)
    for path, text in draw(st.lists(st.tuples(PATHS, TEXTS), min_size=1, max_size=3)):
        before = files.get(path, b"---\ntitle: x\n---\n")
        place = draw(st.integers(0, len(before)))
        files[path] = before[:place] + text + before[place + draw(st.integers(0, 60)) :]
    return files


SLOW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(courses())
def test_compiling_never_fails_and_every_problem_has_a_place(files: dict[str, bytes]) -> None:
    compilation = compile_course("x", files)
    assert (compilation.course is None) == (compilation.error_count > 0)
    assert list(compilation.problems) == sorted(compilation.problems)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in compilation.problems)


@SLOW
@given(courses())
def test_a_course_is_the_same_after_storing_and_holds_no_mark_of_ours(files: dict[str, bytes]) -> None:
    course, _ = draft_course("x", files)
    if course is not None:
        stored = dump_course(course)
        assert load_course(stored) == course
        assert not re.search("[\ue000\ue001]", stored.decode())


@SLOW
@given(courses())
def test_fixing_once_is_enough(files: dict[str, bytes]) -> None:
    fixed = {**files, **fix(files)}
    assert fix(fixed) == {}
    assert not {"S005", "Q001"} & {problem.code for problem in compile_course("x", fixed).problems}


@SLOW
@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=40), max_size=5))
def test_any_files_at_all_can_be_compiled(files: dict[str, bytes]) -> None:
    compile_course("x", {"course.md": b"---\ncourse: x\n---\n", **files})
