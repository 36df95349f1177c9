"""Branching cases: choices that are links to scenes."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.content.cases import Decision, Scene, Sum, TooManyWaysError, best_path, sum_of, walked
from elearn.content.question import BranchingCase
from tests.unit.content.making import a_course, a_question, compiled, files, question_codes

HEAD = "## A bank calls <!-- id: case | points: 2 -->"
CASE = """He calls.

- [Ask *him*](#history) `+2` `+1 evidence`
  > Good.
- [Freeze](#frozen) `-0.5` `1 day`

### History

It arrives.

1. One
2. Two

### Frozen

Too soon.

- [Wait](#history) `30 days`
"""


def case_of(text: str = CASE, head: str = HEAD) -> BranchingCase:
    question = a_question(text, head)
    assert isinstance(question, BranchingCase)
    return question


def test_links_to_headings_are_a_case() -> None:
    case = case_of()
    opening, history, frozen = case.scenes
    assert [scene.id for scene in case.scenes] == ["", "history", "frozen"]
    assert [(each.leads_to, each.points, each.evidence, each.days) for each in opening.decisions] == [
        ("history", Decimal(2), 1, 0),
        ("frozen", Decimal("-0.5"), 0, 1),
    ]
    assert history.decisions == ()
    assert [each.days for each in frozen.decisions] == [30]
    text = case.texts["en"]
    assert list(text.answers.values()) == ["Ask <em>him</em>", "Freeze", "Wait"]
    assert text.feedback == {opening.decisions[0].id: "<p>Good.</p>"}
    assert (text.stem, text.scenes["frozen"].title, text.scenes["frozen"].body) == (
        "<p>He calls.</p>",
        "Frozen",
        "<p>Too soon.</p>",
    )
    assert "<ol>" in text.scenes["history"].body


def test_the_model_path_earns_most() -> None:
    assert case_of().model_path == (case_of().scenes[0].decisions[0].id,)


def test_the_same_words_in_two_scenes_are_two_decisions() -> None:
    case = case_of(CASE.replace("[Wait]", "[Ask *him*]"))
    assert len({each.id for scene in case.scenes for each in scene.decisions}) == 3


def test_a_scene_may_have_a_title_in_any_alphabet() -> None:
    text = CASE.replace("#history", "#история-счёта").replace("### History", "### История счёта")
    assert [scene.id for scene in case_of(text).scenes] == ["", "история-счёта", "frozen"]


def test_an_alert_after_the_scenes_is_the_questions() -> None:
    case = case_of(CASE + "\n> [!NOTE]\n> Why.\n")
    assert case.texts["en"].explanation == "<p>Why.</p>"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[Wait](#history)", "[Wait](#histroy)", "Q082"),
        ("[Freeze](#frozen)", "[Freeze](#history)", "Q083"),
        ("1. One\n2. Two", "- [Again](#frozen)", "Q084"),
        ("`+2`", "`two`", "Q085"),
        ("`+2`", "`2`", "Q085"),
        ("`+2`", "`+2` `+1`", "Q085"),
        ("`+2`", "`-2`", "Q086"),
        ("`+2`", "`+1.5`", "Q087"),
        ("- [Freeze](#frozen) `-0.5` `1 day`", "- [Freeze](#frozen)\n- Do nothing", "Q088"),
        ("[Freeze]", "[Ask *him*]", "Q010"),
        ("### Frozen", "### History\n\nA.\n\n### Frozen", "Q081"),
        ("### History", "A word.\n\n### History", "Q006"),
        ("### History", "#### History", "S001"),
    ],
)
def test_a_mistake_gives_one_located_problem(old: str, new: str, code: str) -> None:
    assert question_codes(CASE.replace(old, new, 1), HEAD) == [code]


def test_text_after_the_choices_of_a_scene_is_a_mistake() -> None:
    assert question_codes(CASE + "\nMore.\n", HEAD) == ["Q006"]


def test_a_case_without_scenes_is_a_mistake() -> None:
    assert question_codes("- [Ask](#history) `+2`\n- [Freeze](#frozen)\n", HEAD) == ["Q080"]


def test_points_that_are_not_said_are_no_mistake() -> None:
    assert case_of(head="## A bank calls <!-- id: case -->").points == 1


QUIZ = f"---\nquiz: quiz\ntitle: Quiz\n---\n{HEAD}\n\n{CASE}"
THEIRS = QUIZ.replace(" | points: 2", "").replace("Ask *him*", "Спросить").replace("History", "История")
THEIRS = THEIRS.replace("#history", "#история").replace("title: Quiz", "title: Тест").replace("quiz: quiz\n", "")
THEIRS = THEIRS.replace("Good.", "Верно.").replace("It arrives.", "Она пришла.")


def translated(theirs: str) -> dict[str, str | bytes]:
    return {"quiz": QUIZ, "course.ru.md": "---\ntitle: Курс\n---\nТекст.\n", "01-first/quiz.ru.md": theirs}


def test_a_translation_puts_its_words_on_our_scenes() -> None:
    quiz = a_course(**translated(THEIRS)).modules[0].quiz
    assert quiz is not None
    case = quiz.questions[0]
    assert isinstance(case, BranchingCase)
    first = case.scenes[0].decisions[0].id
    assert case.texts["ru"].answers[first] == "Спросить"
    assert case.texts["ru"].feedback[first] == "<p>Верно.</p>"
    assert case.texts["ru"].scenes["history"].title == "История"


@pytest.mark.parametrize(
    ("old", "new"), [("`+2`", "`+3`"), ("[Freeze](#frozen)", "[Freeze](#история)"), ("`30 days`", "`3 days`")]
)
def test_a_translation_with_other_ways_or_chips_is_refused(old: str, new: str) -> None:
    codes = [problem.code for problem in compiled(**translated(THEIRS.replace(old, new))).problems]
    assert set(codes) & {"T003", "Q083"}


def test_the_files_of_the_tests_are_sound() -> None:
    assert files(quiz=QUIZ)
    assert compiled(quiz=QUIZ).problems == ()


# ---- the best path ----


def scene(name: str, *ways: tuple[str, int, int]) -> Scene:
    return Scene(
        name, tuple(Decision(f"{name}>{n}", to, Decimal(points), 0, days) for n, (to, points, days) in enumerate(ways))
    )


def test_a_loop_earns_once() -> None:
    scenes = [scene("", ("a", 1, 0)), scene("a", ("a", 3, 1), ("end", 0, 0)), scene("end")]
    assert best_path(scenes) == (">0", "a>0", "a>1")
    taken, _ = walked(scenes, [">0", "a>0", "a>0", "a>0", "a>1"])
    assert sum_of(taken) == Sum(Decimal(4), 0, 3)


def test_a_hub_is_visited_until_everything_is_found() -> None:
    hub = scene("", ("x", 1, 1), ("y", 2, 1), ("end", 0, 0))
    scenes = [Scene("", (Decision("go", "hub"),)), Scene("hub", hub.decisions), scene("x", ("hub", 0, 0)),
              scene("y", ("hub", 0, 0)), scene("end")]  # fmt: skip
    assert sum_of(walked(scenes, best_path(scenes))[0]).points == 3


def test_of_equals_the_one_with_the_fewest_days_is_the_model() -> None:
    scenes = [scene("", ("a", 1, 9), ("b", 1, 2)), scene("a"), scene("b")]
    assert best_path(scenes) == (">1",)


def test_too_many_ways_are_given_up() -> None:
    hub = Scene("hub", (*(Decision(str(n), "hub", Decimal(n + 1)) for n in range(30)), Decision("e", "end")))
    with pytest.raises(TooManyWaysError):
        best_path([Scene("", (Decision("go", "hub"),)), hub, Scene("end", ())])


def test_a_case_with_too_many_ways_is_a_mistake() -> None:
    rounds = "\n".join(f"- [Round {n}](#hub) `+{n}`" for n in range(1, 31))
    text = f"- [Go](#hub)\n\n### Hub\n\n{rounds}\n- [Leave](#end)\n\n### End\n\nOver.\n"
    assert question_codes(text, HEAD) == ["Q089"]


@st.composite
def cases(draw: st.DrawFn) -> list[Scene]:
    """Cases of up to five scenes, loops included, of which the last ends."""
    count = draw(st.integers(2, 5))
    made = []
    for number in range(count - 1):
        ways = draw(
            st.lists(
                st.tuples(st.integers(1, count - 1), st.integers(-2, 3), st.integers(0, 2)), min_size=1, max_size=3
            )
        )
        made.append(scene(str(number), *((str(to), points, days) for to, points, days in ways)))
    return [*made, scene(str(count - 1))]


@settings(max_examples=200, deadline=None)
@given(cases(), st.data())
def test_no_walk_earns_more_than_the_model_path(scenes: list[Scene], data: st.DataObject) -> None:
    path = best_path(scenes)
    best = sum_of(walked(scenes, path)[0])
    if path:
        assert not walked(scenes, path)[1].decisions
    walk: list[str] = []
    for _ in range(12):
        _, here = walked(scenes, walk)
        if not here.decisions:
            break
        walk.append(data.draw(st.sampled_from(here.decisions)).id)
    taken, here = walked(scenes, walk)
    if not here.decisions:
        earned = sum_of(taken)
        assert (earned.points, -earned.days) <= (best.points, -best.days)
