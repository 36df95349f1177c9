"""Matching and ordering: pairs, distractors, items; what translations may change."""

import pytest

from elearn.content.compiler import compile_course
from elearn.content.question import Credit, Matching, Ordering, SingleChoice
from tests.unit.content.making import QUIZ_HEAD, a_course, a_question, compiled, files, question_codes

STAGES = (
    "- Placement → cash enters the system\n  > It comes first.\n- Layering -> the trail\n  is broken up\n"
    "- → the account is closed\n  > Banks close accounts.\n"
)
STEPS = (
    "1. The bank files the report\n2. The FIU *registers* it\n   > Before anybody reads it.\n"
    "3. An analyst enriches it\n"
)


def matching(body: str) -> Matching:
    question = a_question(body)
    assert isinstance(question, Matching)
    return question


def ordering(body: str) -> Ordering:
    question = a_question(body)
    assert isinstance(question, Ordering)
    return question


def test_arrows_are_pairs_and_an_empty_left_side_is_a_distractor() -> None:
    question = matching(f"A stem.\n\n{STAGES}")
    words = question.texts["en"].answers
    pairs = [(words[pair.left], words[pair.right]) for pair in question.pairs]
    assert pairs == [("Placement", "cash enters the system"), ("Layering", "the trail\nis broken up")]
    assert [words[name] for name in question.distractors] == ["the account is closed"]
    assert question.credit is Credit.PROPORTIONAL
    assert question.texts["en"].stem == "<p>A stem.</p>"


def test_the_feedback_of_a_pair_is_its_left_sides_and_of_a_distractor_its_own() -> None:
    question = matching(STAGES)
    assert question.texts["en"].feedback == {
        question.pairs[0].left: "<p>It comes first.</p>",
        question.distractors[0]: "<p>Banks close accounts.</p>",
    }


def test_the_ids_of_a_pair_tell_neither_that_they_belong_together_nor_where_they_stand() -> None:
    first = matching("- A → x\n- B → y\n")
    other = matching("- B → x\n- A → y\n")
    assert {pair.left for pair in first.pairs} == {pair.left for pair in other.pairs}
    assert (first.pairs[0].right, first.pairs[1].right) == (other.pairs[0].right, other.pairs[1].right)


def test_the_same_words_on_both_sides_are_two() -> None:
    question = matching("- tenge → sum\n- sum → tenge\n")
    assert len(question.texts["en"].answers) == 4


def test_one_right_side_may_belong_to_two_left_ones() -> None:
    question = matching("- Dushanbe → Tajikistan\n- Khujand → Tajikistan\n- Osh → Kyrgyzstan\n")
    assert question.pairs[0].right == question.pairs[1].right
    assert len(question.texts["en"].answers) == 5


def test_an_arrow_in_code_belongs_to_the_words() -> None:
    question = matching("- `a -> b` → a function\n- `a → b` → an implication\n")
    assert [question.texts["en"].answers[pair.left] for pair in question.pairs] == [
        "<code>a -&gt; b</code>",
        "<code>a → b</code>",
    ]


def test_a_list_with_arrows_before_the_answers_is_the_stem() -> None:
    question = a_question("- A → x\n- B → y\n\nWhich?\n\n- (x) This\n- ( ) That\n  > No.\n")
    assert isinstance(question, SingleChoice)


def test_a_numbered_list_at_the_end_is_an_order() -> None:
    question = ordering(f"Put it in order.\n\n{STEPS}")
    text = question.texts["en"]
    assert [text.answers[item] for item in question.items] == [
        "The bank files the report",
        "The FIU <em>registers</em> it",
        "An analyst enriches it",
    ]
    assert text.feedback == {question.items[1]: "<p>Before anybody reads it.</p>"}
    assert question.credit is Credit.PROPORTIONAL


@pytest.mark.parametrize("body", ["1. a\n1. b\n1. c\n", "3. a\n4. b\n", "1) a\n2) b\n", "1. a\n\n2. b\n"])
def test_the_numbers_may_be_all_one_or_count_up(body: str) -> None:
    assert len(ordering(body).items) >= 2


def test_a_numbered_list_before_the_answers_is_the_stem() -> None:
    question = a_question("1. One\n2. Two\n\n- (x) This\n- ( ) That\n  > No.\n")
    assert isinstance(question, SingleChoice)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("- A → x\n- B\n- C → z\n", "Q040"),
        ("- A → x → y\n- B → z\n", "Q041"),
        ("- A → → x\n- B → z\n", "Q041"),
        ("- A → x\n- B →\n", "Q042"),
        ("- A → x\n- A → x\n- B → y\n", "Q043"),
        ("- A → x\n- a → y\n- B → y\n", "Q043"),
        ("- A → x\n- B → y\n- → x\n", "Q044"),
        ("- A → x\n- B → y\n- → z\n- → z\n", "Q044"),
        ("- A → x\n- → y\n", "Q011"),
        ("- A → x\n- B → x\n", "Q011"),
        ("- A → x `60%`\n- B → y\n", "Q015"),
        ("".join(f"- A{each} → x{each}\n" for each in range(41)), "Q045"),
        ("- A → x\n- B → y\n\nMore.\n", "Q006"),
        ("1. a\n3. b\n", "Q046"),
        ("1. a\n2. b\n4. c\n", "Q046"),
        ("1. a\n2. A\n", "Q010"),
        ("1. a\n", "Q011"),
        ("1. a `50%`\n2. b\n", "Q015"),
        ("1.\n2. b\n", "Q009"),
        ("".join(f"{each}. a{each}\n" for each in range(1, 42)), "Q045"),
    ],
)
def test_each_mistake_is_one_problem(body: str, code: str) -> None:
    assert question_codes(body) == [code]


def translated(ours: str, theirs: str) -> dict[str, bytes]:
    made = files(quiz=f"{QUIZ_HEAD}## Which? <!-- id: one -->\n\n{ours}\n")
    made["course.ru.md"] = "---\ntitle: Курс\n---\nЧитайте.\n".encode()
    made["01-first/quiz.ru.md"] = f"---\ntitle: Тест\n---\n## Что? <!-- id: one -->\n\n{theirs}\n".encode()
    return made


def test_a_translation_gives_the_same_pairs_other_words() -> None:
    made = compile_course(
        "small", translated(STAGES, "- Размещение → деньги входят\n  > Сначала.\n- Расслоение → след\n- → счёт\n")
    )
    assert made.course is not None
    quiz = made.course.modules[0].quiz
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question, Matching)
    text = question.texts["ru"]
    assert text.answers[question.pairs[0].left] == "Размещение"
    assert text.answers[question.pairs[1].right] == "след"
    assert text.answers[question.distractors[0]] == "счёт"
    assert text.feedback == {question.pairs[0].left: "<p>Сначала.</p>"}


def test_a_translation_gives_the_same_items_other_words() -> None:
    made = compile_course("small", translated(STEPS, "1. Банк сообщает\n2. ПФР регистрирует\n3. Аналитик дополняет\n"))
    assert made.course is not None
    quiz = made.course.modules[0].quiz
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question, Ordering)
    assert [question.texts["ru"].answers[item] for item in question.items] == [
        "Банк сообщает",
        "ПФР регистрирует",
        "Аналитик дополняет",
    ]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (STAGES, "- А → х\n- Б → у\n"),
        (STAGES, "- А → х\n- Б → у\n- В → з\n"),
        ("- A → x\n- B → y\n- C → z\n", "- А → х\n- Б → х\n- В → з\n"),
        ("- A → x\n- B → x\n- C → z\n", "- А → х\n- Б → у\n- В → з\n"),
        (STEPS, "1. А\n2. Б\n"),
        (STEPS, "- А → х\n- Б → у\n- В → з\n"),
    ],
)
def test_a_translation_that_pairs_or_counts_otherwise_is_a_problem(ours: str, theirs: str) -> None:
    assert [problem.code for problem in compile_course("small", translated(ours, theirs)).problems] == ["T003"]


def test_settings_of_credit_are_taken() -> None:
    quiz = a_course(quiz=f"{QUIZ_HEAD}## Which? <!-- id: one | credit: exact -->\n\n{STEPS}").modules[0].quiz
    assert quiz is not None
    assert quiz.questions[0].credit is Credit.EXACT
    assert compiled(quiz=f"{QUIZ_HEAD}## Which? <!-- id: one -->\n\n{STAGES}").problems == ()
