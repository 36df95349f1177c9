"""Our export, then import, changes nothing: of every kind that a format can hold, with texts of any kind of sign."""

import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elearn.banks.checked import errors_in
from elearn.banks.formats import Readable, Writable, read_bank, write_bank
from elearn.banks.markdown import write_pool
from elearn.banks.model import (
    Answer,
    Bank,
    BankQuestion,
    Body,
    Choices,
    Cloze,
    Gap,
    Item,
    Matching,
    NumberKey,
    Numbers,
    Open,
    Ordering,
    Own,
    OwnKind,
    Pair,
    TextKey,
    Texts,
    Truth,
)
from elearn.banks.source import read_markdown
from elearn.banks.texts import escaped
from elearn.content.compiler import compile_course
from elearn.content.question import Question
from tests.unit.content.making import files

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SIGNS = st.sampled_from(
    [
        *("a", "b", "Kiosk", "жук", "é", " ", " ", " ", "1999.", "5", "%", "50%", "=", "~", "#", "{", "}", ":", "::"),
        *("\\", "\\n", "->", "→", "//", "*", "_", "[", "]", "[html]", "<b>", "<", ">", "&", "&amp;", "`", "|", "- "),
        *("1. ", "> ", "## ", "####", "(x)", "[x]", "$CATEGORY:", "“q”", "'", '"', "{T}", "+", "!", "[[", "]]", "~~~"),
    ]
)
PLAIN = st.lists(SIGNS, min_size=1, max_size=8).map(lambda signs: f"w{''.join(signs)}z")
WORDS = PLAIN.map(escaped)
TEXT = st.one_of(
    st.just(""),
    WORDS,
    st.lists(WORDS, min_size=2, max_size=2).map("\n\n".join),
    st.just("* one\n* two\n\nThree *b*."),
)
SAFE = st.text("abcdeжз ", min_size=1, max_size=8).map(lambda text: f"w{' '.join(text.split())}z")
NUMBER = st.decimals(-1000, 1000, places=2, allow_nan=False)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def different(texts: st.SearchStrategy[str], least: int) -> st.SearchStrategy[list[str]]:
    return st.lists(
        texts, min_size=least, max_size=5, unique_by=lambda text: "".join(filter(str.isalnum, text.lower()))
    )


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    words = draw(different(WORDS, 2))
    is_single = draw(st.booleans())
    rights = {0} if is_single else set(draw(st.lists(st.integers(0, len(words) - 1), min_size=1)))
    weight = st.sampled_from([None, None, Decimal(-25), Decimal("-33.3333")])
    rows = [
        Answer(text, number in rights, None if number in rights else draw(weight), draw(TEXT))
        for number, text in enumerate(words)
    ]
    if not is_single and len(rights) == 3:
        first = min(rights)
        rows[first] = replace(rows[first], weight=draw(st.sampled_from([None, Decimal(40), Decimal("12.5")])))
    return Choices(tuple(rows), is_single)


@st.composite
def texts(draw: st.DrawFn) -> Texts:
    words = draw(different(SAFE, 1))
    weights = [None, *(draw(st.sampled_from([None, Decimal(50), Decimal("12.5")])) for _ in words[1:])]
    keys = [TextKey(text, weight=weight, feedback=draw(TEXT)) for text, weight in zip(words, weights, strict=True)]
    if draw(st.booleans()):
        keys.append(TextKey("xq*?", is_right=False, feedback="No."))
    if draw(st.booleans()):
        keys.append(TextKey(r"yq.*\(z\)", is_pattern=True))
    return Texts(tuple(keys))


@st.composite
def numbers(draw: st.DrawFn, unit: bool = True) -> Numbers:
    middles = draw(st.lists(NUMBER, min_size=1, max_size=3, unique=True))
    said = draw(st.sampled_from([None, "EUR"])) if unit else None
    reaches = st.decimals(0, 10, places=2)
    keys = []
    for index, middle in enumerate(middles):
        reach = draw(reaches)
        keys.append(
            NumberKey(
                middle - reach, middle + reach, said, weight=None if index == 0 else Decimal(50), feedback=draw(TEXT)
            )
        )
    return Numbers(tuple(keys))


PAIRS = different(SAFE, 4).map(
    lambda words: Matching((Pair(words[0], words[1]), Pair(words[2], words[3]), Pair("", words[0] + " x")))
)
TRUTHS = st.builds(Truth, st.booleans(), TEXT, TEXT)
BOTH = st.one_of(choices(), texts(), numbers(), PAIRS, TRUTHS)
ORDERINGS = different(WORDS, 2).map(lambda words: Ordering(tuple(map(Item, words))))


@st.composite
def clozes(draw: st.DrawFn, most: int) -> Cloze:
    pieces: list[str | Gap] = []
    for _ in range(draw(st.integers(1, most))):
        body = draw(st.one_of(texts(), numbers(unit=False), choices()))
        if isinstance(body, Choices):
            body = Choices((Answer("one", True), Answer("two", False)), is_single=True)
        elif isinstance(body, Texts):
            body = Texts(
                tuple(replace(key, feedback="") for key in body.answers if key.is_right and not key.is_pattern)
            )
        elif isinstance(body, Numbers):
            body = Numbers(tuple(replace(key, feedback="") for key in body.answers))
        pieces += [f"{draw(SAFE)} ", Gap(body)]
    return Cloze((*pieces, f" {draw(SAFE)}"))


@st.composite
def questions(draw: st.DrawFn, bodies: st.SearchStrategy[object]) -> BankQuestion:
    return BankQuestion(
        title=draw(WORDS),
        stem=draw(TEXT),
        body=draw(bodies),  # type: ignore[arg-type]
        id="one",
        points=draw(st.sampled_from([Decimal(1), Decimal("2.5")])),
        tags=tuple(draw(st.lists(st.sampled_from(["cash", "at border", "a]b", "c\\d"]), unique=True))),
        credit=draw(st.sampled_from([None, "exact", "proportional"])),
        shuffle=draw(st.booleans()),
        explanation=draw(TEXT),
    )


def compiled(pool: str) -> Question:
    """The only question of a pool, without its place."""
    compilation = compile_course("small", files(**{"pools/bank.md": pool}))
    assert compilation.course is not None, (compilation.problems, pool)
    question = compilation.course.pools[0].questions[0]
    return replace(question, line=1)


def through(question: BankQuestion, form: str) -> None:
    before = write_pool(Bank((question,), "A title"), "bank")
    ours = read_markdown(before.encode())
    assert not ours.losses
    data, losses = write_bank(ours, Writable(form))
    assert not [loss for loss in losses if loss.is_question], losses
    bank = read_bank(data, Readable(form))
    assert not bank.losses, (bank.losses, data.decode())
    assert compiled(write_pool(bank, "bank")) == compiled(before), (before, data.decode())


@SLOW
@given(questions(BOTH))
def test_a_question_comes_back_from_gift_as_it_was(question: BankQuestion) -> None:
    through(question, "gift")


@SLOW
@given(questions(BOTH))
def test_a_question_comes_back_from_moodle_xml_as_it_was(question: BankQuestion) -> None:
    through(replace(question, hint="A *hint*."), "moodle-xml")


@SLOW
@given(questions(ORDERINGS))
def test_items_to_sort_come_back_from_moodle_xml(question: BankQuestion) -> None:
    through(question, "moodle-xml")


@SLOW
@given(questions(clozes(3)))
def test_a_text_with_gaps_comes_back_from_moodle_xml(question: BankQuestion) -> None:
    through(replace(question, stem=""), "moodle-xml")


@SLOW
@given(questions(clozes(1)))
def test_a_text_with_one_gap_comes_back_from_gift(question: BankQuestion) -> None:
    through(replace(question, stem=""), "gift")


RUBRIC = "| Criterion | 0 | 1 | 2 |\n|---|---|---|---|\n| Names the flags | none | some | all |"


def test_an_open_answer_comes_back_from_moodle_xml_with_its_rubric_and_model_answer() -> None:
    question = BankQuestion(
        title="Why?", id="why", body=Open(RUBRIC), note="A model answer.", settings=(("words", "150"),)
    )
    data, _ = write_bank(Bank((question,)), Writable.MOODLE)
    bank = read_bank(data, Readable.MOODLE)
    assert not bank.losses
    assert replace(bank.questions[0], line=1) == question


LEDGER = "| Pick | Date | > Why |\n|---|---|---|\n| [x] | 03.05 | just under |\n| [ ] | 04.05 | salary |"


@pytest.mark.parametrize("form", list(Writable))
def test_a_ledger_leaves_as_a_table_and_its_rows_with_a_word_about_it(form: Writable) -> None:
    question = BankQuestion(title="Which?", id="which", body=Own(OwnKind.LEDGER, LEDGER))
    data, losses = write_bank(Bank((question,)), form)
    assert "the ledger's own form" in {loss.what for loss in losses}
    if form is not Writable.QTI:
        bank = read_bank(data, Readable(form.value))
        assert bank.questions[0].body == Choices(
            (Answer("1. 03.05", True, None, "just under"), Answer("2. 04.05", False, None, "salary")), is_single=False
        )
        assert "| 1 | 03.05 |" in bank.questions[0].stem


@pytest.mark.parametrize("form", list(Writable))
@pytest.mark.parametrize("kind", [OwnKind.BRANCHING, OwnKind.HOTSPOT])
def test_what_no_format_can_ask_is_left_out_with_its_line(form: Writable, kind: OwnKind) -> None:
    question = BankQuestion(title="A case", id="case", body=Own(kind, "- [a](#b)"), line=7)
    _, losses = write_bank(Bank((question,)), form)
    assert [(loss.line, loss.question, loss.is_question) for loss in losses] == [(7, "A case", True)]


@SLOW
@given(st.lists(questions(st.one_of(BOTH, ORDERINGS)), min_size=1, max_size=3))
def test_every_item_of_a_qti_package_is_xml_and_named_in_its_manifest(asked: list[BankQuestion]) -> None:
    data, losses = write_bank(Bank(tuple(asked)), Writable.QTI)
    assert not [loss for loss in losses if loss.is_question]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        manifest = package.read("imsmanifest.xml").decode()
        for name in names:
            ElementTree.fromstring(package.read(name))  # noqa: S314 (we wrote it)
        assert len(names) == len(asked) + 1
        assert all(name in manifest for name in names[1:])


SMALL = ("a link into the course", "unit", "points")


@pytest.mark.parametrize("form", [Writable.GIFT, Writable.MOODLE])
def test_the_pools_of_our_courses_come_back_but_for_what_was_reported_as_lost(form: Writable) -> None:
    paths = sorted(path for path in Path("courses").glob("*/pools/*.md") if not path.name.endswith(".ru.md"))
    compared = 0
    for path in paths:
        ours = read_markdown(path.read_bytes())
        data, losses = write_bank(ours, form)
        bank = read_bank(data, Readable(form.value))
        assert not errors_in(write_pool(bank, "bank"), {})
        theirs = {question.id: question for question in bank.questions}
        changed = {loss.line for loss in losses if not loss.what.startswith(SMALL)}
        for our in ours.questions:
            if our.line in changed:
                continue
            their, kept = theirs[our.id], (our.title, our.tags, plain(our.body))
            assert (their.title, their.tags, plain(their.body)) == kept, path
            compared += 1
    assert compared > 250


def plain(body: Body) -> Body:
    """The answers without units, and without weights that go without saying: equal shares of the right ones."""
    if isinstance(body, Numbers):
        return replace(body, answers=tuple(replace(answer, unit=None) for answer in body.answers))
    if isinstance(body, Choices):
        right = [answer.weight for answer in body.answers if answer.is_right]
        if all(weight in (None, Decimal(100) / len(right)) for weight in right):
            return replace(
                body,
                answers=tuple(replace(answer, weight=None) if answer.is_right else answer for answer in body.answers),
            )
    return body
