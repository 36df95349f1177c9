"""Quizzes and pools: front matter and the questions under it."""

from dataclasses import dataclass

from elearn.content.course import Draw, Feedback, Pool, Quiz, QuizText
from elearn.content.frontmatter import Reader
from elearn.content.outline import grouped, outline_of
from elearn.content.question import Credit, Question
from elearn.content.questions import read_question
from elearn.content.writing import Writer
from elearn.markup.source import Source
from elearn.markup.text import Line, trimmed

QUIZ_KEYS = (
    "quiz",
    "title",
    "pass_mark",
    "attempts",
    "time_limit",
    "wait_between",
    "shuffle",
    "feedback",
    "credit",
    "draw",
    "forms",
)
FORMS = "AB"


@dataclass(frozen=True, slots=True)
class DrawnFrom:
    """A draw with the place where it is asked for."""

    draw: Draw
    place: Line


@dataclass(frozen=True, slots=True)
class ReadQuiz:
    """A quiz, the places of its draws, of its id and of ``forms``."""

    quiz: Quiz
    draws: tuple[DrawnFrom, ...]
    place: Line
    forms_place: Line


def read_quiz(source: Source, reader: Reader, writer: Writer) -> ReadQuiz:
    """A quiz from its file; what is missing is filled in, so that all its problems come to light at once."""
    report, path = writer.report, writer.path
    identifier = reader.identifier("quiz", required="the stable id of the quiz, such as fiu-quiz")
    title = reader.text("title", required="what the quiz is called")
    credit = reader.one_of("credit", list(Credit))
    draws = tuple(_draw(inner) for inner in reader.inners("draw"))
    shuffle = reader.words("shuffle", ("questions", "answers"))
    feedback = reader.one_of("feedback", list(Feedback))
    pass_mark = reader.whole("pass_mark", 1, 100)
    attempts = reader.whole("attempts", 1, 100)
    time_limit, wait_between = reader.seconds("time_limit"), reader.seconds("wait_between")
    forms = reader.one_of("forms", [FORMS])
    if feedback == Feedback.AFTER_CLOSE and attempts is None:
        message = "Nobody would ever see the explanations: they wait for a last attempt. Add attempts."
        report.at(path, reader.place("feedback"), "Z009", message)
    reader.finish()
    introduction, questions, asked = read_questions(source, writer, Credit(credit) if credit else None)
    wanted = tuple(draw for draw in draws if draw is not None)
    if not asked and not reader.fields.values.get("draw"):
        message = "The quiz has no question. Write ## and a question, or draw from a pool in the front matter."
        report.at(path, Line("", 1), "Z005", message)
    quiz = Quiz(
        id=identifier or "quiz",
        texts={writer.language: QuizText(title or "", introduction)},
        questions=questions,
        draws=tuple(drawn.draw for drawn in wanted),
        pass_mark=pass_mark,
        attempts=attempts,
        time_limit_seconds=time_limit,
        wait_between_seconds=wait_between,
        shuffle_questions="questions" in shuffle,
        shuffle_answers="answers" in shuffle,
        feedback=Feedback(feedback) if feedback else Feedback.AFTER_ATTEMPT,
        path=path,
        has_forms=forms is not None,
    )
    return ReadQuiz(quiz, wanted, reader.place("quiz"), reader.place("forms"))


def _draw(reader: Reader) -> DrawnFrom | None:
    pool = reader.text("from", required="the pool's file, such as pools/channels.md")
    count = reader.whole("count", 1, 500, required="how many questions to draw")
    tags = tuple(tag.text for tag in reader.texts("tags", longest=80))
    reader.finish()
    if pool is None or count is None:
        return None
    return DrawnFrom(Draw(pool, count, tags), reader.fields.values["from"].place)


def read_questions(
    source: Source, writer: Writer, credit: Credit | None = None
) -> tuple[str, tuple[Question, ...], int]:
    """What stands before the first question, as HTML; the questions of a file; how many were tried."""
    preface, units = grouped(outline_of(source, writer.path, writer.report), 2)
    questions: list[Question] = []
    for unit in units:
        if unit.head.level != 2:
            message = "Every question is a heading with ##. The quiz's title stands in the front matter."
            writer.report.at(writer.path, unit.head.place, "S001", message)
            continue
        question = read_question(unit.head, unit.lines, writer, credit=credit)
        if question is not None:
            questions.append(question)
    writer.name = "introduction"
    asked = sum(unit.head.level == 2 for unit in units)
    return writer.block(trimmed(preface)).html, tuple(questions), asked


def read_pool(source: Source, reader: Reader, writer: Writer) -> Pool:
    """A pool from its file."""
    identifier = reader.identifier("pool", required="the stable id of the pool")
    reader.text("title")
    reader.finish()
    introduction, questions, asked = read_questions(source, writer)
    if introduction:
        message = "A pool has no introduction. Delete the text before the first question."
        writer.report.at(writer.path, trimmed(source.body)[0], "Q006", message)
    if not asked:
        message = "The pool has no question. Write ## and a question."
        writer.report.at(writer.path, Line("", 1), "Z005", message)
    return Pool(identifier or "pool", writer.path, questions)
