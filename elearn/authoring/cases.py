"""What the page of a branching case is given that is played at a table: every scene by number, and the key apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from elearn.assessment.rules import NoSuchQuestion
from elearn.assessment.showing.branching import case_sums, gains_words
from elearn.content.cases import Scene
from elearn.content.course import Course, text_in
from elearn.content.question import BranchingCase, Question, QuestionText
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, language
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class PrintedChoice:
    """A choice: its words, the number of the scene it leads to, what it earns and what is said to who takes it."""

    html: Markup
    leads_to: int
    gains: str
    feedback: Markup | None
    is_model: bool


@dataclass(frozen=True, slots=True)
class PrintedScene:
    """A scene to hand out; one without choices ends the case."""

    number: int
    title: Markup
    body: Markup | None
    choices: tuple[PrintedChoice, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case for a table. ``model`` are the decisions of the model path, ``sums`` what they amount to in words.

    Without ``has_key`` nothing of the key is drawn, so that the page may go to the table as it is; ``other_href`` leads
    to the same page with it, or without.
    """

    shell: Shell
    course_title: str
    course_href: str
    lang: str
    title: Markup
    plain_title: str
    lead: str
    has_key: bool
    other_href: str
    scenes: tuple[PrintedScene, ...]
    model: tuple[Markup, ...]
    sums: str
    explanation: Markup | None
    trainer_note: Markup | None


def case_page(course: Course | None, slug: str, question_id: str, *, has_key: bool) -> CasePage:
    """The case of that id, wherever it stands in the course. Raises NoSuchQuestion."""
    found = next((each for each in _questions(course) if each.id == question_id), None) if course is not None else None
    if course is None or not isinstance(found, BranchingCase):
        raise NoSuchQuestion
    text, lang = text_in(found.texts, language(), course.language)
    source = found.texts[course.language]
    numbers = {scene.id: number for number, scene in enumerate(found.scenes, start=1)}
    here = f"/write/{slug}/cases/{question_id}"
    return CasePage(
        shell=shell(),
        course_title=text_in(course.texts, language(), course.language)[0].title,
        course_href=f"/write/{slug}",
        lang=lang,
        title=compiled(text.title),
        plain_title=compiled(text.title).striptags(),
        lead=gettext(
            "Cut the scenes apart and hand out scene 1. The table decides aloud, and you hand out the scene that the "
            "choice names."
        ),
        has_key=has_key,
        other_href=f"{here}?key=no" if has_key else here,
        scenes=tuple(_scene(found, scene, text, source, numbers) for scene in found.scenes),
        model=tuple(compiled(text.answers.get(each) or source.answers[each]) for each in found.model_path),
        sums=case_sums(found),
        explanation=compiled(text.explanation) if text.explanation else None,
        trainer_note=compiled(text.trainer_note) if text.trainer_note else None,
    )


def _questions(course: Course) -> Iterator[Question]:
    for module in course.modules:
        yield from module.checks
    for quiz in course.quizzes():
        yield from quiz.questions
    for pool in course.pools:
        yield from pool.questions


def _scene(
    case: BranchingCase, scene: Scene, text: QuestionText, source: QuestionText, numbers: dict[str, int]
) -> PrintedScene:
    said = text.scenes.get(scene.id) or source.scenes.get(scene.id)
    body = said.body if said is not None else text.stem
    choices: list[PrintedChoice] = []
    for each in scene.decisions:
        feedback = text.feedback.get(each.id)
        choices.append(
            PrintedChoice(
                html=compiled(text.answers.get(each.id) or source.answers[each.id]),
                leads_to=numbers[each.leads_to],
                gains=gains_words(each),
                feedback=compiled(feedback) if feedback else None,
                is_model=each.id in case.model_path,
            )
        )
    title = compiled(said.title) if said is not None else compiled(text.title)
    return PrintedScene(numbers[scene.id], title, compiled(body) if body else None, tuple(choices))
