"""Translations: words by id from ``module.ru.md`` and its like; marks, weights, numbers and ids are the source's.

A unit (section, question, term) that a translation lacks is no problem: readers see the source under a label. What
differs where it must not is one.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from elearn.content.course import (
    Course,
    CourseText,
    Module,
    ModuleText,
    Pool,
    Quiz,
    QuizText,
    Section,
    SectionText,
    Stale,
    Term,
)
from elearn.content.frontmatter import Fields, Reader, read_fields
from elearn.content.glossary import TermPlan, plan_glossary, write_glossary
from elearn.content.kinds import merged
from elearn.content.kinds.ledger import SETTINGS as LEDGER_SETTINGS
from elearn.content.kinds.open import SETTINGS as OPEN_SETTINGS
from elearn.content.landing import COURSE_KEYS, write_landing
from elearn.content.layout import Layout
from elearn.content.lesson import CheckPlan, PartPlan, SectionPlan, plan_lesson, with_known_checks, write_section
from elearn.content.modules import MODULE_KEYS, figure_numbers
from elearn.content.names import did_you_mean
from elearn.content.outline import Head, Unit, grouped, outline_of
from elearn.content.question import Question
from elearn.content.questions import read_question
from elearn.content.quiz import QUIZ_KEYS
from elearn.content.workshop import Shop
from elearn.content.writing import Writer
from elearn.markup.text import Line, trimmed

T = TypeVar("T")
_ONLY_SOURCE = ("points", "credit", "shuffle", "fold", "tags", *LEDGER_SETTINGS, *OPEN_SETTINGS)


def unit_digest(title: str, lines: Iterable[str]) -> str:
    """What a translated unit notes of its source (``of: 3f2a91c0``), to be seen as stale when that changes."""
    return hashlib.sha256("\n".join([title, *lines]).strip().encode()).hexdigest()[:8]


def digest_of_unit(unit: Unit) -> str:
    """The digest of a question or a term."""
    return unit_digest(unit.head.title.text, (line.text for line in trimmed(unit.lines)))


def section_digests(plans: Sequence[SectionPlan]) -> dict[str, str]:
    """The digests of a lesson's sections by id."""
    return {plan.id: unit_digest("", plan.origin) for plan in plans}


def translate(
    course: Course,
    layout: Layout,
    shop: Shop,
    plans: Mapping[str, list[SectionPlan]],
    term_plans: list[TermPlan],
) -> Course:
    """The course with the texts of its translations."""
    languages = sorted({language for _, language in layout.translations} - {course.language})
    for source, language in layout.translations:
        if language == course.language:
            path = layout.translations[source, language]
            message = f"{source} is in that language itself. Delete this file, or name another language."
            shop.report.add(path, 1, 1, "T001", message)
    for language in languages:
        paths = {source: path for (source, lang), path in layout.translations.items() if lang == language}
        course = _Translator(language, paths, shop, plans, term_plans).run(course)
    return replace(course, languages=(course.language, *languages))


def _with(texts: dict[str, T], language: str, text: T | None) -> dict[str, T]:
    return texts if text is None else {**texts, language: text}


@dataclass(slots=True)
class _Translator:
    language: str
    paths: dict[str, str]
    shop: Shop
    plans: Mapping[str, list[SectionPlan]]
    term_plans: list[TermPlan]
    stale_sections: list[str] = field(default_factory=list)
    stale_questions: list[str] = field(default_factory=list)
    stale_terms: list[str] = field(default_factory=list)

    def run(self, course: Course) -> Course:
        terms = self._glossary()
        glossary = _with(course.glossary, self.language, terms)
        words = {term.id: term for term in (*course.glossary.get(course.language, ()), *(terms or ()))}
        modules = tuple(self._module(module, words) for module in course.modules)
        pools = tuple(self._pool(pool) for pool in course.pools)
        pretest, exam = self._quiz(course.pretest), self._quiz(course.exam)
        stale = Stale(tuple(self.stale_sections), tuple(self.stale_questions), tuple(self.stale_terms))
        return replace(
            course,
            texts=_with(course.texts, self.language, self._landing()),
            glossary=glossary,
            modules=modules,
            pools=pools,
            pretest=pretest,
            exam=exam,
            stale=course.stale if stale == Stale() else course.stale | {self.language: stale},
        )

    # --- files -------------------------------------------------------------------------------------------------------

    def _writer(self, path: str) -> Writer:
        return self.shop.writer(path, self.language)

    def _reader(self, path: str) -> Reader:
        front = self.shop.source(path).front
        fields = read_fields(front, path, self.shop.report) if front is not None else None
        return Reader(fields or Fields({}, {}, Line("", 1), is_known=front is None), path, self.shop.report)

    def _landing(self) -> CourseText | None:
        path = self.paths.get("course.md")
        if path is None:
            return None
        reader = self._reader(path)
        title = reader.text("title", required="the course's title in this language")
        origin = reader.text("origin")
        reader.finish(elsewhere=COURSE_KEYS)
        return write_landing(self.shop.source(path), title or "", origin, self._writer(path))

    def _glossary(self) -> tuple[Term, ...] | None:
        path = self.paths.get("glossary.md")
        if path is None:
            return None
        reader = self._reader(path)
        reader.finish_with("glossary", "title")
        plans = plan_glossary(self.shop.source(path), path, self.shop.report, is_translation=True)
        sources = {plan.id: Unit(plan.head, plan.lines) for plan in self.term_plans}
        kept = []
        for plan in plans:
            if self._is_known(plan.head, plan.id, sources, "term", path):
                if self._warn_of_stale(plan.head, digest_of_unit(sources[plan.id]), path):
                    self.stale_terms.append(plan.id)
                kept.append(plan)
        return write_glossary(kept, self._writer(path))

    def _pool(self, pool: Pool) -> Pool:
        path = self.paths.get(pool.path)
        if path is None:
            return pool
        reader = self._reader(path)
        reader.text("title")
        reader.finish(elsewhere=("pool",))
        questions, _ = self._questions(pool.questions, pool.path, path)
        return replace(pool, questions=questions)

    def _quiz(self, quiz: Quiz | None) -> Quiz | None:
        path = self.paths.get(quiz.path) if quiz is not None else None
        if quiz is None or path is None:
            return quiz
        reader = self._reader(path)
        title = reader.text("title", required="the quiz's title in this language")
        reader.finish(elsewhere=QUIZ_KEYS)
        questions, introduction = self._questions(quiz.questions, quiz.path, path)
        texts = _with(quiz.texts, self.language, QuizText(title or "", introduction))
        return replace(quiz, texts=texts, questions=questions)

    def _questions(
        self, questions: tuple[Question, ...], source_path: str, path: str
    ) -> tuple[tuple[Question, ...], str]:
        """The questions with their words in this language, and the introduction of the file."""
        report, writer = self.shop.report, self._writer(path)
        _, source_units = grouped(outline_of(self.shop.source(source_path), source_path, report), 2)
        sources = {unit.head.settings["id"].text: unit for unit in source_units if "id" in unit.head.settings}
        preface, units = grouped(outline_of(self.shop.source(path), path, report), 2)
        found = {question.id: question for question in questions}
        for unit in units:
            name = unit.head.settings.get("id")
            if name is None:
                message = "This question has no id. Copy the comment <!-- id: … --> from the source file."
                report.at(path, unit.head.place, "T004", message)
            elif self._is_known(unit.head, name.text, sources, "question", path) and name.text in found:
                if self._warn_of_stale(unit.head, digest_of_unit(sources[name.text]), path):
                    self.stale_questions.append(name.text)
                found[name.text] = self._question(found[name.text], unit.head, unit.lines, writer, "id")
        writer.name = "introduction"
        introduction = writer.block(trimmed(preface)).html
        return tuple(found[question.id] for question in questions), introduction

    # --- lessons -----------------------------------------------------------------------------------------------------

    def _module(self, module: Module, words: Mapping[str, Term]) -> Module:
        module = replace(module, quiz=self._quiz(module.quiz))
        path = self.paths.get(module.path)
        if path is None:
            return module
        reader = self._reader(path)
        title = reader.text("title", required="the module's title in this language")
        objectives = tuple(item.text for item in reader.texts("objectives", most=12))
        reader.finish(elsewhere=MODULE_KEYS)
        text = ModuleText(title or "", objectives)
        ours = {plan.id: plan for plan in self.plans[module.path]}
        digests = section_digests(self.plans[module.path])
        writer = self._writer(path)
        numbers = figure_numbers(module.number)
        checks = {check.id: check for check in module.checks}
        sections: dict[str, SectionText] = {}
        for plan in plan_lesson(self.shop.source(path), path, self.shop.report, is_translation=True):
            if plan.head is not None and not self._is_known(plan.head, plan.id, ours, "section", path):
                continue
            if plan.head is not None and self._warn_of_stale(plan.head, digests[plan.id], path):
                self.stale_sections.append(f"{module.id}/{plan.id}")
            section = module.section(plan.id)
            if section is None or (plan.head is None and plan.is_empty and not ours[plan.id].is_empty):
                continue
            self._compare(plan, ours[plan.id], path)
            part_numbers = {part.id: part.number for part in section.texts[self.shop.language].parts}
            writer.number = lambda: next(numbers)
            written = write_section(plan, text.title, writer, part_numbers, words.get).text
            sections[plan.id] = with_known_checks(written, checks)
            writer.number = None
            for check in plan.checks:
                if check.id in checks:
                    lines = tuple(check.lines)
                    checks[check.id] = self._question(checks[check.id], check.head, lines, writer, "q")
        return replace(
            module,
            texts=_with(module.texts, self.language, text),
            sections=tuple(self._section(section, sections.get(section.id)) for section in module.sections),
            checks=tuple(checks[check.id] for check in module.checks),
        )

    def _section(self, section: Section, text: SectionText | None) -> Section:
        return replace(section, texts=_with(section.texts, self.language, text))

    def _compare(self, theirs: SectionPlan, ours: SectionPlan, path: str) -> None:
        """Report parts and checks that only one of the two has, and leave unknown ones out."""
        pairs: tuple[tuple[str, Sequence[PartPlan | CheckPlan], Sequence[PartPlan | CheckPlan]], ...] = (
            ("part", theirs.parts, ours.parts),
            ("question", theirs.checks, ours.checks),
        )
        for what, they, we in pairs:
            known = {named.id: named for named in we}
            for named in they:
                self._is_known(named.head, named.id, known, what, path)
            for missing in known.keys() - {named.id for named in they}:
                place = theirs.head.place if theirs.head else Line("", 1)
                message = f'This section lacks the {what} "{missing}" of the source file. Translate it, too.'
                self.shop.report.at(path, place, "T005", message)

    def _is_known(self, head: Head, identifier: str, known: Mapping[str, object], what: str, path: str) -> bool:
        if identifier in known:
            return True
        place = head.settings.get("id") or head.settings.get("q")
        if place is not None:
            hint = did_you_mean(identifier, known)
            message = f'The source file has no {what} "{identifier[:60]}".{hint}'
            self.shop.report.at(path, place, "T002", message)
        return False

    def _warn_of_stale(self, head: Head, digest: str, path: str) -> bool:
        """Whether the source has changed since this unit was translated; if so, it is said."""
        noted = head.settings.get("of")
        is_stale = noted is not None and noted.text != digest
        if noted is not None and is_stale:
            message = f"The source has changed since this was translated. Bring it up to date and write of: {digest}."
            self.shop.report.at(path, noted, "T006", message)
        return is_stale

    # --- questions ---------------------------------------------------------------------------------------------------

    def _question(self, ours: Question, head: Head, lines: tuple[Line, ...], writer: Writer, key: str) -> Question:
        for name in _ONLY_SOURCE:
            if name in head.settings:
                message = f'"{name}" is said by the source file alone. Delete it here.'
                writer.report.at(writer.path, head.settings[name], "T003", message)
        theirs = read_question(head, lines, writer, key=key)
        if theirs is None:
            return ours
        found = merged(ours, theirs, self.language)
        if found is None:
            message = (
                "The kind, the marks, the numbers or the weights are not those of the source file. Copy them from it."
            )
            writer.report.at(writer.path, head.place, "T003", message)
            return ours
        return found
