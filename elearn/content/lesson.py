"""Lessons: a ``module.md`` is planned first (sections, parts, checks, so that links can lead to them), then written."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from elearn.content.course import Check, GlossaryWord, Html, Part, SectionText, Term
from elearn.content.links import OPENING, ModulePlaces
from elearn.content.names import ID, anchor_of, id_of
from elearn.content.outline import Head, Unit, check_settings, outline_of
from elearn.content.reporting import Report
from elearn.content.writing import Writer
from elearn.markup.slots import slot_line, without_slots
from elearn.markup.source import SLOT_CLOSE, SLOT_OPEN, Source
from elearn.markup.text import Line


@dataclass(slots=True)
class PartPlan:
    """An H3 of a section."""

    id: str
    head: Head


@dataclass(slots=True)
class CheckPlan:
    """A check-yourself question: its heading and the lines to the next heading of its level or higher."""

    id: str
    head: Head
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class SectionPlan:
    """A section before it is written: ``lines`` hold slots where parts and checks stand. ``head`` None: the opening."""

    id: str
    head: Head | None
    lines: list[Line] = field(default_factory=list)
    parts: list[PartPlan] = field(default_factory=list)
    checks: list[CheckPlan] = field(default_factory=list)
    origin: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read or to answer on its page."""
        return not any(line.text.strip() and SLOT_OPEN not in line.text for line in self.lines) and not self.checks


def plan_lesson(source: Source, path: str, report: Report, *, is_translation: bool = False) -> list[SectionPlan]:
    """The sections of a lesson in their order; the opening page comes first and always exists."""
    outline = outline_of(source, path, report)
    planner = _Planner(path, report, "T004" if is_translation else "S005")
    planner.section.lines += outline.preface
    for unit in outline.units:
        planner.take(unit)
    for section in planner.sections:
        section.lines.append(Line(slot_line("end"), section.lines[-1].number if section.lines else 1))
    return planner.sections


# Ids of the page that a section is shown in: a part of that id would stand twice.
PAGE_IDS = frozenset({"main", "outline", "error-summary"})


class _Planner:
    def __init__(self, path: str, report: Report, missing_code: str) -> None:
        self.path, self.report, self.missing_code = path, report, missing_code
        self.section = SectionPlan(OPENING, None)
        self.sections = [self.section]
        self.check: CheckPlan | None = None
        self.level = 1
        self.taken: set[str] = {OPENING, *PAGE_IDS}

    def take(self, unit: Unit) -> None:
        head = unit.head
        self.section.origin += [head.title.text, *(line.text for line in unit.lines)] if head.level > 2 else []
        if self.check is not None and head.level > self.check.head.level and "q" not in head.settings:
            self.check.lines += [head.place, *unit.lines]
            return
        self.check = None
        if "q" in head.settings:
            self._open_check(unit)
            return
        check_settings(head, ("id", "of", "q"), "S010", self.path, self.report)
        self._check_level(head)
        if head.level == 2:
            self._open_section(unit)
        elif head.level == 3 and self.section.head is not None:
            self.section.lines.append(Line(slot_line(f"part:{len(self.section.parts)}"), head.place.number))
            self.section.parts.append(PartPlan(self._identifier(head), head))
            self.section.lines += unit.lines
        elif head.level > 3:
            self.section.lines += [head.place, *unit.lines]
        else:
            self.section.lines += unit.lines
        self.level = head.level

    def _open_section(self, unit: Unit) -> None:
        self.section = SectionPlan(self._identifier(unit.head), unit.head, list(unit.lines))
        self.section.origin = [unit.head.title.text, *(line.text for line in unit.lines)]
        self.sections.append(self.section)

    def _open_check(self, unit: Unit) -> None:
        name = unit.head.settings["q"]
        identifier = name.text if ID.match(name.text) else f"line-{unit.head.place.number}"
        if identifier in self.taken:
            self._report_double(name, identifier)
            identifier = f"line-{unit.head.place.number}"
        self.taken.add(identifier)
        self.check = CheckPlan(identifier, unit.head, list(unit.lines))
        self.section.lines.append(Line(slot_line(f"check:{len(self.section.checks)}"), unit.head.place.number))
        self.section.checks.append(self.check)

    def _check_level(self, head: Head) -> None:
        place = head.place
        if not head.title.text:
            self.report.at(self.path, place, "S021", "This heading is empty. Write its words, or delete it.")
        if head.level == 1:
            message = "The module's title stands in the front matter. Begin sections with ## and delete this heading."
            self.report.at(self.path, place, "S001", message)
        elif head.level > self.level + 1:
            message = f"A level of headings is left out. Write {'#' * (self.level + 1)} here."
            self.report.at(self.path, place, "S002", message)

    def _identifier(self, head: Head) -> str:
        fallback = f"line-{head.place.number}"
        value = head.settings.get("id")
        if value is None:
            message = (
                "This section has no id. Write <!-- id: some-id --> on the heading, or run elearn course check --fix."
            )
            if self.missing_code == "T004":
                message = "This heading has no id. Copy the comment <!-- id: … --> from the source file."
            self.report.at(self.path, head.place, self.missing_code, message)
            made = id_of(head.title.text)
            fallback = made if made not in self.taken and self.missing_code == "S005" else fallback
        elif not ID.match(value.text):
            message = f'"{value.text[:40]}" is no id: use small letters a–z, digits and hyphens.'
            self.report.at(self.path, value, "S006", message)
        elif value.text in self.taken:
            self._report_double(value, value.text)
        else:
            fallback = value.text
        self.taken.add(fallback)
        return fallback

    def _report_double(self, place: Line, identifier: str) -> None:
        why = "in this file"
        if identifier == OPENING:
            why = "in this file (it is the module's opening page)"
        elif identifier in PAGE_IDS:
            why = "by the page around it"
        message = f'The id "{identifier}" is taken {why}. Choose another.'
        self.report.at(self.path, place, "S007", message)


def places_of(module_id: str, sections: Sequence[SectionPlan]) -> ModulePlaces:
    """What of a lesson can be linked to, by id and by the anchor of a git host; ids come first."""
    places: dict[str, tuple[str, str | None]] = {}
    anchors: dict[str, tuple[str, str | None]] = {}
    for section in sections:
        places[section.id] = (section.id, None)
        if section.head is not None:
            anchors.setdefault(anchor_of(section.head.title.text), (section.id, None))
        for part in section.parts:
            places[part.id] = (section.id, part.id)
            anchors.setdefault(anchor_of(part.head.title.text), (section.id, part.id))
        for check in section.checks:
            places.setdefault(check.id, (section.id, None))
            anchors.setdefault(anchor_of(check.head.title.text), (section.id, None))
    return ModulePlaces(module_id, {**anchors, **places})


@dataclass(slots=True)
class WrittenSection:
    """A section's words, and how many of them there are to read."""

    text: SectionText
    word_count: int


def write_section(
    plan: SectionPlan,
    title: str,
    writer: Writer,
    part_numbers: Mapping[str, str],
    glossary: Callable[[str], Term | None],
) -> WrittenSection:
    """Write a section; ``part_numbers`` are by id, ``title`` is the module's for its opening page."""
    if plan.head is not None:
        title = writer.inline([plan.head.title]).plain
    titles = [writer.inline([part.head.title]) for part in plan.parts]
    is_open = False

    def slot(name: str) -> str:
        nonlocal is_open
        kind, _, index = name.partition(":")
        closing = "</section>\n" if is_open else ""
        is_open = kind == "part"
        if kind == "part":
            part = plan.parts[int(index)]
            number = part_numbers.get(part.id, "")
            head = f'<h2><span class="number">{number}</span> {titles[int(index)].html}</h2>'
            return f'{closing}<section class="part" id="{escape(part.id)}">\n{head}\n'
        return closing + (f"{SLOT_OPEN}{name}{SLOT_CLOSE}" if kind == "check" else "")

    written = writer.page(plan.lines, plan.id, slot)
    parts = tuple(
        Part(part.id, part_numbers.get(part.id, ""), titles[index].plain) for index, part in enumerate(plan.parts)
    )
    words = tuple(
        GlossaryWord(term.id, term.term, term.definition)
        for term in (glossary(name) for name in written.terms)
        if term is not None
    )
    plain = " ".join([written.plain, *(part.title for part in parts)]).strip()
    body = _body(written.html, plan)
    return WrittenSection(SectionText(title, body, parts, words, plain), len(plain.split()))


def _body(html: str, plan: SectionPlan) -> tuple[Html | Check, ...]:
    body: list[Html | Check] = []
    rest = html
    for index, check in enumerate(plan.checks):
        before, found, after = rest.partition(f"{SLOT_OPEN}check:{index}{SLOT_CLOSE}")
        if found:
            if before.strip():
                body.append(Html(without_slots(before.strip())))
            rest = after
        elif rest.strip():  # its slot was swallowed by code that is not closed
            body.append(Html(without_slots(rest.strip())))
            rest = ""
        body.append(Check(check.id))
    if rest.strip():
        body.append(Html(without_slots(rest.strip())))
    return tuple(body)


def with_known_checks(text: SectionText, known: Container[str]) -> SectionText:
    """The section without the checks that could not be read, so that a page never asks for one that is not there."""
    return replace(text, body=tuple(piece for piece in text.body if isinstance(piece, Html) or piece.question in known))


def minutes_of(total: int, word_counts: Sequence[int]) -> list[int]:
    """Share a module's minutes out by words, at least one each; together they are ``total`` where that can be."""
    words = sum(word_counts) or 1
    exact = [max(1.0, total * count / words) for count in word_counts]
    scale = total / sum(exact) if sum(exact) else 1
    minutes = [max(1, int(share * scale)) for share in exact]
    order = sorted(range(len(minutes)), key=lambda index: (minutes[index] - exact[index] * scale, index))
    for index in order:
        if sum(minutes) >= total:
            break
        minutes[index] += 1
    return minutes
