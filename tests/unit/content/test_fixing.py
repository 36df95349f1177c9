"""Missing ids are written, and nothing else changes."""

import re

import pytest

from elearn.content.compiler import compile_course
from elearn.content.fixing import fix
from elearn.content.scaffold import new_course
from tests.unit.content.making import MODULE_HEAD, QUIZ_HEAD, files


def test_ids_are_made_from_the_headings() -> None:
    module = f"{MODULE_HEAD}## The *first* one\n\nText.\n\n### Часть\n\nText.\n\n## The first one\n\nText.\n"
    changed = fix(files(module=module))
    lines = changed["01-first/module.md"].decode().splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "## The *first* one <!-- id: the-first-one -->",
        "### Часть <!-- id: chast -->",
        "## The first one <!-- id: the-first-one-2 -->",
    ]


def test_a_comment_that_is_there_gets_the_id() -> None:
    quiz = f"{QUIZ_HEAD}## How many? <!-- points: 2 -->\n\n- = 2\n"
    assert b"## How many? <!-- id: how-many | points: 2 -->" in fix(files(quiz=quiz))["01-first/quiz.md"]


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    module = b"\xef\xbb\xbf" + f"{MODULE_HEAD}## One\n\nText.\n".replace("\n", "\r\n").encode()
    fixed = fix(files(module=module))["01-first/module.md"]
    assert fixed == module.replace(b"## One", b"## One <!-- id: one -->")


def test_a_course_without_ids_has_no_missing_id_after_fixing() -> None:
    made = new_course("new", "New", "en")
    bare = {path: re.sub(rb" ?<!-- id: [^|]*?-->", b"", data) for path, data in made.items()}
    assert {problem.code for problem in compile_course("new", bare).problems} >= {"S005"}
    fixed = {**bare, **fix(bare)}
    assert not {"S005", "Q001"} & {problem.code for problem in compile_course("new", fixed).problems}
    assert fix(fixed) == {}


def test_fixing_twice_changes_nothing_where_an_open_comment_follows_a_heading_without_words() -> None:
    made = files(module=MODULE_HEAD + "\n##<!--o\n##\n\n### Why? <!-- q: why -->\n")
    fixed = {**made, **fix(made)}
    assert fixed["01-first/module.md"].count(b"<!-- id: section") == 2
    assert fix(fixed) == {}


def test_a_sound_course_is_left_alone() -> None:
    assert fix(new_course("new", "New", "en")) == {}


def test_a_translation_gets_the_ids_of_its_source_and_notes_what_it_was_made_from() -> None:
    check = "### Q? <!-- q: ask -->\n\n- (x) A\n- ( ) B\n  > No.\n"
    made = files(
        module=f"{MODULE_HEAD}## One <!-- id: one -->\n\nText.\n\n{check}",
        **{
            "01-first/module.ru.md": (
                "---\ntitle: Модуль\n---\n## Один\n\nТекст.\n\n### В? <!-- -->\n\n- (x) А\n- ( ) Б\n  > Нет.\n"
            )
        },
    )
    fixed = fix(made)["01-first/module.ru.md"].decode()
    assert re.search(r"## Один <!-- id: one \| of: [0-9a-f]{8} -->", fixed)
    assert "### В? <!-- q: ask -->" in fixed
    again = {**made, "01-first/module.ru.md": fixed.encode()}
    assert compile_course("small", again).problems == ()
    assert fix(again) == {}


@pytest.mark.parametrize("comment", ["<!--", "<!---->", "<!-- -->", "<!-- q -->"])
def test_a_heading_of_signs_alone_is_fixed_once(comment: str) -> None:
    before = files(module=f"---\ntitle: T\n---\n##{comment}\n")
    after = {**before, **fix(before)}
    assert after != before
    assert fix(after) == {}
