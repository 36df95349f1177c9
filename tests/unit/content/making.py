"""Small courses for tests."""

from elearn.content.compiler import Compilation, compile_course
from elearn.content.course import Course
from elearn.content.preview import preview
from elearn.content.question import Question

COURSE = "---\ncourse: small\ntitle: A small course\nlanguage: en\nversion: 1.0.0\nhours: 1\n---\nRead on.\n"
MODULE_HEAD = "---\ntitle: The only module\nminutes: 10\n---\n"
QUIZ_HEAD = "---\nquiz: quiz\ntitle: Quiz\n---\n"
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 90" role="img" aria-labelledby="t">'
    '<title id="t">A box</title>{}</svg>'
)


def files(**changes: str | bytes) -> dict[str, bytes]:
    """The files of a small sound course; ``module``, ``quiz``, ``course`` and ``glossary`` replace whole files."""
    names = {
        "module": "01-first/module.md",
        "quiz": "01-first/quiz.md",
        "course": "course.md",
        "glossary": "glossary.md",
    }
    texts: dict[str, str | bytes] = {"course": COURSE, "module": f"{MODULE_HEAD}A situation.\n", **changes}
    return {names.get(key, key): text.encode() if isinstance(text, str) else text for key, text in texts.items()}


def compiled(**changes: str | bytes) -> Compilation:
    """Compile a small course with changes."""
    return compile_course("small", files(**changes))


def a_course(**changes: str | bytes) -> Course:
    """A small course with changes; it must be free of errors."""
    compilation = compiled(**changes)
    assert compilation.course is not None, compilation.problems
    return compilation.course


def codes(**changes: str | bytes) -> list[str]:
    """The codes of a small course's problems."""
    return [problem.code for problem in compiled(**changes).problems]


def section_html(body: str, **changes: str | bytes) -> str:
    """The HTML of a section with this body, even if there are errors in it."""
    module = f"{MODULE_HEAD}\n## A section <!-- id: section -->\n\n{body}\n"
    draft = preview("small", files(**changes), "01-first/module.md", module).course
    assert draft is not None
    return "".join(piece.html for piece in draft.modules[0].sections[1].texts["en"].body if piece.kind == "html")


def a_question(body: str, head: str = "## Which one? <!-- id: one -->") -> Question:
    """The question with this body."""
    quiz = a_course(quiz=f"{QUIZ_HEAD}{head}\n\n{body}\n").modules[0].quiz
    assert quiz is not None
    return quiz.questions[0]


def question_codes(body: str, head: str = "## Which one? <!-- id: one -->") -> list[str]:
    """The codes of the problems of a question with this body."""
    return codes(quiz=f"{QUIZ_HEAD}{head}\n\n{body}\n")
