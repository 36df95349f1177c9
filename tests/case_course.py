"""A small course with a branching case, in its quiz and as a check-yourself question.

What no officer may see before the end carries a word of its own (:data:`SECRETS`); every scene has one, too
(:data:`SCENES`), so that a test can look for scenes that were not visited.
"""

from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.question import BranchingCase

SLUG = "casework"
QUIZ = f"/courses/{SLUG}/quizzes/case-quiz"
LESSON = f"/courses/{SLUG}/one/a-section"
SECRETS = ("zqfeedback", "zqexplanation", "zqnote", "point", "piece of evidence", "Model path", "is-right", "is-wrong")
SCENES = {
    "account-history": "zqhistory",
    "frozen-too-soon": "zqfrozen",
    "a-visit": "zqvisit",
    "filed-in-time": "zqreported",
}

COURSE = """---
course: casework
title: A course about cases
language: en
version: 1.0.0
hours: 1
---
A course for tests.
"""
MODULE = """---
title: The one module
minutes: 10
---
An opening.

## A section <!-- id: a-section -->

Words.

### A bank calls <!-- q: calls -->
"""
QUIZ_TEXT = """---
quiz: case-quiz
title: Quiz
pass_mark: 70
SETTINGS
---
## A bank calls <!-- id: case | points: 3 -->
CASE
## Is it so? <!-- id: statement -->

- (x) True
- ( ) False
  > No.
"""
CASE = """
A compliance officer calls.

- [Ask for the account history](#account-history) `+2` `+1 evidence`
  > zqfeedback: it shows what to look for.
- [Freeze at once](#frozen-too-soon) `3 days`
  > zqfeedback: they are warned.

#SCENE Account history

zqhistory: it arrives.

- [Visit the office](#a-visit) `+1` `+1 evidence` `2 days`
- [File the report](#filed-in-time) `+1` `1 day`

#SCENE A visit

zqvisit: nobody is there.

- [Go back to the history](#account-history) `-1`

#SCENE Frozen too soon

zqfrozen: the money is gone.

#SCENE Filed in time

zqreported: the report is filed.

> [!NOTE]
> zqexplanation: see [a section](MODULE#a-section).

> [!IMPORTANT]
> zqnote for trainers.
"""


def case_text(scene: str, module: str) -> str:
    """The body of the case with scenes at a level of headings."""
    return CASE.replace("#SCENE", scene).replace("MODULE", module)


def course_files(settings: str = "attempts: 3") -> dict[str, bytes]:
    """The folder; ``settings`` are lines of the quiz's front matter."""
    texts = {
        "course.md": COURSE,
        "01-one/module.md": MODULE + case_text("####", ""),
        "01-one/quiz.md": QUIZ_TEXT.replace("SETTINGS", settings).replace("CASE", case_text("###", "module.md")),
    }
    return {path: text.encode() for path, text in texts.items()}


def compiled(settings: str = "attempts: 3") -> Course:
    """The course without a database."""
    made = compile_course(SLUG, course_files(settings))
    assert made.course is not None, made.problems
    return made.course


def the_case() -> BranchingCase:
    """The case of its quiz."""
    quiz = compiled().quiz("case-quiz")
    assert quiz is not None
    found = quiz.questions[0]
    assert isinstance(found, BranchingCase)
    return found


def decisions(*words: str) -> list[str]:
    """The ids of decisions named by their words."""
    by_words = {html: name for name, html in the_case().texts["en"].answers.items()}
    return [by_words[word] for word in words]
