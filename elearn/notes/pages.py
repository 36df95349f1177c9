"""What the templates of notes are given, and the functions that build it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from elearn.content.course import Course, text_in
from elearn.learning.pages import numbered, section_title, title_in
from elearn.learning.queries import Learning
from elearn.learning.rules import Place, places
from elearn.notes.queries import Kept
from elearn.notes.rules import Earlier, Written, matches
from elearn.web.i18n import gettext, instant, language, ngettext
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class EarlierText:
    """What a note said before another device replaced it."""

    key: str
    text: str
    saved: str


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section with what one has on it. ``href`` is None where the course has no such section any more."""

    title: Markup
    href: str | None
    action: str
    is_bookmarked: bool
    text: str
    saved: str
    earlier: tuple[EarlierText, ...]


@dataclass(frozen=True, slots=True)
class CourseNotes:
    """A course with the sections that one has something on, in reading order; those that are gone at the end."""

    title: Markup
    plain_title: str
    href: str
    sections: tuple[SectionLine, ...]


@dataclass(frozen=True, slots=True)
class NotesPage:
    """One's notes and bookmarks. ``has_any``: there is something, though perhaps not with the words looked for."""

    shell: Shell
    words: str
    has_any: bool
    count_text: str
    courses: tuple[CourseNotes, ...]


def earlier_texts(earlier: Sequence[Earlier]) -> tuple[EarlierText, ...]:
    """The earlier texts of a note, as they are shown."""
    return tuple(EarlierText(each.key, each.text, instant(each.saved_at)) for each in earlier)


def title_of(course: Course, place: Place) -> str:
    """The number and the title of a section in the language of the page, as plain text."""
    section_text, _ = text_in(place.section.texts, language(), course.language)
    module_text, _ = text_in(place.module.texts, language(), course.language)
    return f"{place.section.number} {section_text.title or module_text.title}"


def notes_page(
    mine: Sequence[tuple[Course, Learning]], notes: Sequence[Kept], bookmarks: Sequence[Kept], words: str
) -> NotesPage:
    """The notes and bookmarks in these courses in which all the words stand."""
    courses = tuple(course_notes(mine, notes, bookmarks, words))
    count = sum(len(course.sections) for course in courses)
    return NotesPage(
        shell=shell(),
        words=words,
        has_any=bool(notes or bookmarks),
        count_text=ngettext("%(count)s section", "%(count)s sections", count),
        courses=courses,
    )


def course_notes(
    mine: Sequence[tuple[Course, Learning]], notes: Sequence[Kept], bookmarks: Sequence[Kept], words: str = ""
) -> Iterator[CourseNotes]:
    """The courses with the sections that have a note or a bookmark and all the words."""
    for course, learning in mine:
        noted = {kept.unit: kept for kept in notes if kept.enrolment_id == learning.enrolment_id}
        marked = {kept.unit: kept for kept in bookmarks if kept.enrolment_id == learning.enrolment_id}
        course_text, _ = text_in(course.texts, language(), course.language)
        sections = tuple(
            line
            for line in _lines(course, noted, marked)
            if matches(words, course_text.title, line.title.striptags(), line.text, *(e.text for e in line.earlier))
        )
        if sections:
            title = title_in(course.texts, course.language)
            yield CourseNotes(title, course_text.title, f"/courses/{course.slug}", sections)


def _lines(course: Course, noted: Mapping[str, Kept], marked: Mapping[str, Kept]) -> Iterator[SectionLine]:
    there = {place.unit: place for place in places(course)}
    gone = [unit for unit in {**noted, **marked} if unit not in there]
    for unit in (*(unit for unit in there if unit in noted or unit in marked), *gone):
        place = there.get(unit)
        note = noted[unit].note if unit in noted else None
        action = f"/courses/{course.slug}/{unit}"
        yield SectionLine(
            title=_title(course, place) if place is not None else escape((noted.get(unit) or marked[unit]).title),
            href=action if place is not None else None,
            action=action,
            is_bookmarked=unit in marked,
            text=note.text if note is not None else "",
            saved=saved_words(note),
            earlier=earlier_texts(note.earlier) if note is not None else (),
        )


def _title(course: Course, place: Place) -> Markup:
    return numbered(place.section.number, section_title(course, place.module, place.section))


def saved_words(note: Written | None) -> str:
    """When a note was saved, as a day and a time; empty if there is none."""
    return instant(note.saved_at) if note is not None else ""


def markdown(courses: Sequence[CourseNotes], *, site: str, now: datetime) -> str:
    """Notes as Markdown: a heading a course, one a section, the note quoted, so that it stays apart from what is ours.

    ``site`` is the address of the site, which stands before the addresses of sections.
    """
    lines = [f"# {gettext('Your notes')}", "", instant(now), ""]
    for course in courses:
        lines += [f"## {_one_line(course.plain_title)}", ""]
        for section in course.sections:
            lines += [f"### {_one_line(section.title.striptags())}", ""]
            facts = [f"<{site}{section.href}>"] if section.href else []
            facts += [gettext("Bookmark")] if section.is_bookmarked else []
            facts += [section.saved] if section.saved else []
            lines += [" · ".join(facts), ""] if facts else []
            if section.text:
                lines += [*_quoted(section.text), ""]
            for each in section.earlier:
                lines += [
                    gettext("Replaced from another device; saved on %(instant)s:", instant=each.saved),
                    "",
                    *_quoted(each.text),
                    "",
                ]
    return "\n".join(lines).rstrip() + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> list[str]:
    return [f"> {line}".rstrip() for line in text.split("\n")]
