"""The glossary: one ``## Term`` each, other names in ``*Also: …*``, then the definition."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from elearn.content.course import Term
from elearn.content.names import ID, anchor_of, free_id, id_of
from elearn.content.outline import Head, check_settings, grouped, outline_of
from elearn.content.reporting import Report
from elearn.content.writing import Writer
from elearn.markup.blocks import Paragraph, spans_of
from elearn.markup.source import Source
from elearn.markup.text import Line, trimmed

_ALSO = re.compile(r"\s*[*_](?:Also|Также|Сондай-ақ|Инчунин|Shuningdek|Шунингдек|Şeýle hem):\s*(.+?)[*_]\s*$")


@dataclass(slots=True)
class TermPlan:
    """A term before its definition is written."""

    id: str
    head: Head
    lines: tuple[Line, ...]


def plan_glossary(source: Source, path: str, report: Report, *, is_translation: bool = False) -> list[TermPlan]:
    """The terms of a glossary. A term's id is made from its words unless a comment says it."""
    preface, units = grouped(outline_of(source, path, report), 2)
    for line in trimmed(preface)[:1]:
        report.at(path, line, "G004", "Text before the first term. Write ## and the term before its definition.")
    plans: list[TermPlan] = []
    taken: set[str] = set()
    for unit in units:
        head = unit.head
        if head.level != 2:
            report.at(path, head.place, "G003", "Every term of the glossary is a heading with ##.")
            continue
        if not head.title.text:
            report.at(path, head.place, "S021", "This heading is empty. Write its words, or delete it.")
            continue
        check_settings(head, ("id", "of"), "S010", path, report)
        identifier = _identifier(head, path, report, is_translation=is_translation)
        if identifier in taken:
            message = f'The term "{identifier}" is there already. Join the two, or give one another id.'
            report.at(path, head.settings.get("id", head.title), "G002", message)
            identifier = free_id(identifier, taken)
        taken.add(identifier)
        plans.append(TermPlan(identifier, head, unit.lines))
    return plans


def _identifier(head: Head, path: str, report: Report, *, is_translation: bool) -> str:
    value = head.settings.get("id")
    if value is None:
        if is_translation:
            message = "This term has no id. Write <!-- id: … --> with the id of the term in the source file."
            report.at(path, head.place, "T004", message)
        return id_of(head.title.text)
    if not ID.match(value.text):
        report.at(path, value, "S006", f'"{value.text[:40]}" is no id: use small letters a–z, digits and hyphens.')
        return id_of(head.title.text)
    return value.text


def anchors_of(plans: list[TermPlan]) -> dict[str, str]:
    """Ids by what a link may call them: the id, or the anchor of a git host."""
    anchors = {anchor_of(plan.head.title.text): plan.id for plan in reversed(plans)}
    return {**anchors, **{plan.id: plan.id for plan in plans}}


def write_glossary(plans: list[TermPlan], writer: Writer) -> tuple[Term, ...]:
    """The terms with their definitions, in the order of the file."""
    terms: list[Term] = []
    for plan in plans:
        also: tuple[str, ...] = ()
        lines = plan.lines
        spans = spans_of(lines)
        first = spans[0][0] if spans else None
        if isinstance(first, Paragraph) and len(first.lines) == 1 and (found := _ALSO.match(first.lines[0].text)):
            also = tuple(filter(None, (name.strip() for name in re.split(r"[,;]", found.group(1)))))
            lines = lines[spans[0][2] :]
        writer.name = plan.id
        written = writer.block(trimmed(lines))
        if not written.plain:
            message = "This term has no definition. Write one or two sentences under it."
            writer.report.at(writer.path, plan.head.place, "G001", message)
        title = writer.inline([plan.head.title]).plain
        terms.append(Term(plan.id, title, also, written.html, written.plain))
    return tuple(terms)


def term_index(terms: tuple[Term, ...]) -> Mapping[str, Term]:
    """The terms by id."""
    return {term.id: term for term in terms}
