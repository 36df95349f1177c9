"""Questions of a pool dealt out to the draws that compete for them."""

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.content.dealing import dealt
from elearn.content.question import Question
from tests.unit.content.making import codes, compiled

NAMES = "abcdefgh"
QUESTIONS = {name: cast("Question", SimpleNamespace(id=name)) for name in NAMES}
draws = st.lists(st.tuples(st.lists(st.sampled_from(NAMES), unique=True), st.integers(1, 4)), min_size=1, max_size=4)


def dealt_ids(wanted: list[tuple[list[str], int]]) -> list[str]:
    return [question.id for question in dealt([([QUESTIONS[name] for name in names], n) for names, n in wanted])]


def by_recursion(wanted: list[tuple[list[str], int]]) -> list[str]:
    """The same as one writes it on paper."""
    slots = [names for names, count in wanted for _ in range(count)]
    holder: dict[str, int] = {}
    held: dict[int, str] = {}

    def fill(slot: int, asked: set[str]) -> bool:
        for name in slots[slot]:
            if name not in asked:
                asked.add(name)
                if name not in holder or fill(holder[name], asked):
                    holder[name], held[slot] = slot, name
                    return True
        return False

    for slot in range(len(slots)):
        fill(slot, set())
    return [held[slot] for slot in sorted(held)]


@given(draws)
def test_questions_are_dealt_as_the_algorithm_is_written(wanted: list[tuple[list[str], int]]) -> None:
    assert dealt_ids(wanted) == by_recursion(wanted)


@given(draws)
def test_no_more_could_be_dealt(wanted: list[tuple[list[str], int]]) -> None:
    """König: the most that can be dealt is the least, over all sets of draws, of what they share and others ask."""
    most = min(
        len({name for place, (names, _) in enumerate(wanted) if chosen >> place & 1 for name in names})
        + sum(count for place, (_, count) in enumerate(wanted) if not chosen >> place & 1)
        for chosen in range(1 << len(wanted))
    )
    found = dealt_ids(wanted)
    assert len(found) == len(set(found)) == most


def test_a_paper_of_more_than_a_thousand_questions_is_dealt() -> None:
    pool = [cast("Question", SimpleNamespace(id=f"q{number}")) for number in range(2_000)]
    assert len(dealt([(pool, 500), (pool[::-1], 500), (pool, 500)])) == 1_500


def a_pool(*tags: str) -> str:
    asked = (f"## Q{at}? <!-- id: q{at}{tag} -->\n\n- (x) a\n- ( ) b\n  > No.\n" for at, tag in enumerate(tags))
    return "---\npool: p\n---\n" + "\n".join(asked)


@pytest.mark.parametrize(
    ("second", "problems"),
    [("{from: pools/p.md, count: 2, tags: [b]}", ["Z002"]), ("{from: pools/p.md, count: 2}", [])],
)
def test_draws_that_ask_for_the_same_tagged_questions_cannot_all_get_theirs(second: str, problems: list[str]) -> None:
    """Two with tag a and two with tag b: there are enough of each, but the same three have both."""
    pool = a_pool(*[" | tags: a, b"] * 3, *[""] * 7)
    quiz = f"---\nquiz: quiz\ntitle: Quiz\ndraw:\n  - {{from: pools/p.md, count: 2, tags: [a]}}\n  - {second}\n---\n"
    assert codes(quiz=quiz, **{"pools/p.md": pool}) == problems
    for problem in compiled(quiz=quiz, **{"pools/p.md": pool}).problems:
        assert (problem.line, "1 more is needed" in problem.message) == (6, True)


def test_a_form_too_must_have_enough_for_draws_that_compete() -> None:
    """Of four questions with both tags each form has two; a draw of each tag takes two of these."""
    pool = a_pool(*[" | tags: a, b"] * 4, *[" | tags: c"] * 8)
    draw = "draw:\n  - {from: pools/p.md, count: 2, tags: [a]}\n  - {from: pools/p.md, count: 1, tags: [b]}\n"
    head = f"---\nquiz: %s\ntitle: Quiz\nforms: AB\n{draw}---\n"
    made = codes(**{"pretest.md": head % "before", "exam.md": head % "after", "pools/p.md": pool})
    assert made == ["Z007", "Z007"]
