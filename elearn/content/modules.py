"""A module: its front matter, and its lesson written section by section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from elearn.content.course import Module, ModuleText, Section, Term
from elearn.content.frontmatter import Reader
from elearn.content.layout import ModulePlace
from elearn.content.lesson import SectionPlan, minutes_of, with_known_checks, write_section
from elearn.content.names import did_you_mean
from elearn.content.question import Question
from elearn.content.questions import read_question
from elearn.content.writing import Writer

MODULE_KEYS = ("title", "minutes", "objectives", "requires", "themes")


@dataclass(frozen=True, slots=True)
class ModuleHead:
    """The front matter of a module."""

    title: str
    minutes: int
    objectives: tuple[str, ...]
    requires: tuple[str, ...]
    themes: tuple[str, ...]


def read_module_head(reader: Reader, module_id: str, known: list[str]) -> ModuleHead:
    """The front matter of a module; what is missing is filled in. ``known`` are the ids of the course's modules."""
    title = reader.text("title", required="what the module is called")
    minutes = reader.whole("minutes", 1, 600, required="how many minutes it takes")
    objectives = tuple(item.text for item in reader.texts("objectives", most=12))
    requires: list[str] = []
    for item in reader.texts("requires", longest=80):
        name = item.text.partition("-")[2] if item.text.split("-")[0].isdigit() else item.text
        if name not in known or name == module_id:
            hint = did_you_mean(name, [other for other in known if other != module_id])
            reader.wrong(item, "F013", f'There is no other module "{item.text}" to require.{hint}')
        else:
            requires.append(name)
    themes = reader.words("themes")
    reader.finish()
    return ModuleHead(title or module_id, minutes or 1, objectives, tuple(requires), themes)


def figure_numbers(module_number: int) -> Iterator[str]:
    """``5.1``, ``5.2`` … for the figures of a module."""
    return (f"{module_number}.{number}" for number in count(1))


def write_module(
    place: ModulePlace, head: ModuleHead, plans: list[SectionPlan], writer: Writer, terms: Mapping[str, Term]
) -> Module:
    """A module without its quiz, in the language of the course."""
    numbers = figure_numbers(place.number)
    written = []
    checks: list[Question] = []
    for index, plan in enumerate(plans):
        writer.number = lambda: next(numbers)
        part_numbers = {part.id: f"{place.number}.{index}.{at}" for at, part in enumerate(plan.parts, start=1)}
        written.append(write_section(plan, head.title, writer, part_numbers, terms.get))
        _warn_of_empty(plan, writer)
        writer.number = None
        for check in plan.checks:
            question = read_question(check.head, tuple(check.lines), writer, key="q")
            if question is not None:
                checks.append(question)
    known = {question.id for question in checks}
    minutes = minutes_of(head.minutes, [section.word_count for section in written])
    sections = tuple(
        Section(
            plan.id,
            f"{place.number}.{index}" if index else str(place.number),
            minutes[index],
            {writer.language: with_known_checks(written[index].text, known)},
        )
        for index, plan in enumerate(plans)
    )
    return Module(
        id=place.id,
        number=place.number,
        minutes=head.minutes,
        texts={writer.language: ModuleText(head.title, head.objectives)},
        themes=head.themes,
        requires=head.requires,
        sections=sections,
        checks=tuple(checks),
        quiz=None,
        path=place.path,
    )


def _warn_of_empty(plan: SectionPlan, writer: Writer) -> None:
    if plan.head is not None and plan.is_empty:
        message = "This section is empty. Write its text, or delete the heading."
        writer.report.at(writer.path, plan.head.place, "S022", message)
