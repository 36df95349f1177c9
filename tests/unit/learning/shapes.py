"""Courses made by hand, small enough to see: only what progress looks at is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from elearn.content.course import Completion, Course, Feedback, Level, Module, Quiz, Section


@dataclass(frozen=True)
class ModuleShape:
    """A module: its id, the minutes of each section by its id, and the pass mark of its quiz (``quiz`` False: none)."""

    id: str
    sections: tuple[tuple[str, int], ...]
    quiz: bool = True
    pass_mark: int | None = 70


def a_quiz(quiz_id: str, pass_mark: int | None = 70) -> Quiz:
    """A quiz without a question."""
    return Quiz(
        id=quiz_id,
        texts={},
        questions=(),
        draws=(),
        pass_mark=pass_mark,
        attempts=None,
        time_limit_seconds=None,
        wait_between_seconds=None,
        shuffle_questions=False,
        shuffle_answers=False,
        feedback=Feedback.AFTER_ATTEMPT,
        path=f"{quiz_id}.md",
    )


def a_module(shape: ModuleShape, number: int) -> Module:
    """A module of that shape at that place."""
    return Module(
        id=shape.id,
        number=number,
        minutes=sum(minutes for _, minutes in shape.sections),
        texts={},
        themes=(),
        requires=(),
        sections=tuple(
            Section(section_id, f"{number}.{index}", minutes, {})
            for index, (section_id, minutes) in enumerate(shape.sections)
        ),
        checks=(),
        quiz=a_quiz(f"{shape.id}-quiz", shape.pass_mark) if shape.quiz else None,
        path=f"{number:02}-{shape.id}/module.md",
    )


TWO_MODULES = (
    ModuleShape("law", (("opening", 2), ("offence", 7), ("assets", 3))),
    ModuleShape("analysis", (("opening", 1), ("triage", 9))),
)


def a_course(
    shapes: Sequence[ModuleShape] = TWO_MODULES,
    *,
    completion: Completion | None = None,
    has_exam: bool = True,
    numbers: Sequence[int] | None = None,
) -> Course:
    """A course of these modules, numbered from 1 unless told otherwise."""
    return Course(
        slug="demo",
        digest="0" * 64,
        version="1.0",
        language="en",
        languages=("en",),
        hours=Decimal(1),
        level=Level.BASIC,
        origin=None,
        themes=(),
        texts={},
        modules=tuple(
            a_module(shape, number) for shape, number in zip(shapes, numbers or range(1, len(shapes) + 1), strict=True)
        ),
        glossary={},
        pools=(),
        pretest=None,
        exam=a_quiz("demo-exam", 80) if has_exam else None,
        completion=completion or Completion(modules=True, quizzes=True, exam=80 if has_exam else None),
        certification=None,
        assets=(),
    )
