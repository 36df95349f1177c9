"""What the template of the search is given, and the functions that build it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from markupsafe import Markup

from elearn.content.course import Course, text_in
from elearn.learning.pages import title_in
from elearn.search.passages import Kind, Passage, passage_at
from elearn.search.rules import MOST_HITS, PER_PAGE, Hit, page_count, page_of
from elearn.search.snippets import Piece, marked, snippet_of
from elearn.search.words import terms_of
from elearn.web.i18n import NAMES, gettext, language, ngettext, number
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A passage found. ``lang`` is set where its text is not in the language of the page, with its ``language_name``.

    ``kind``: course, section or term; ``context`` is the module of a section, the other names of a term.
    """

    href: str
    kind: str
    number: str
    title: tuple[Piece, ...]
    context: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    lang: str | None
    language_name: str


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """What was found in a course."""

    title: Markup
    href: str
    is_enrolled: bool
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The search: the field, and what was found by what was typed (``question``, perhaps empty).

    ``is_loose``: nothing has all the words, and this has some of them. ``range_text``: which of
    how many stand on this page.
    """

    shell: Shell
    question: str
    groups: tuple[ResultGroup, ...]
    count_text: str
    is_loose: bool
    range_text: str
    previous_href: str | None
    next_href: str | None
    longest_question: int


def shown_page(hits: Sequence[Hit], asked_for: int) -> int:
    """The page to show: the one asked for, if there is one of that number."""
    return min(max(asked_for, 1), page_count(len(hits)))


def search_page(
    question: str,
    hits: Sequence[Hit],
    courses: Mapping[int, Course],
    *,
    page: int,
    is_loose: bool,
    is_cut: bool,
    longest_question: int,
) -> SearchPage:
    """The page of that number; ``courses`` are those of its hits, by release. ``is_cut``: there is more than these."""
    shown = page_of(hits, page)
    first = (page - 1) * PER_PAGE
    last = page_count(len(hits))
    return SearchPage(
        shell=shell(),
        question=question,
        groups=tuple(
            _group(courses[release_id], list(found), question, is_loose=is_loose)
            for release_id, found in groupby(shown, key=lambda hit: hit.release_id)
        ),
        count_text=_count_words(len(hits), is_cut=is_cut),
        is_loose=is_loose,
        range_text=gettext(
            "%(first)s to %(last)s of %(all)s",
            first=number(first + 1),
            last=number(first + len(shown)),
            all=number(len(hits)),
        ),
        previous_href=_href(question, page - 1) if page > 1 else None,
        next_href=_href(question, page + 1) if page < last else None,
        longest_question=longest_question,
    )


def _count_words(count: int, *, is_cut: bool) -> str:
    if is_cut:
        return gettext("More than %(count)s places found; the best are shown", count=number(MOST_HITS))
    return ngettext("One place found", "%(count)s places found", count)


def _href(question: str, page: int) -> str:
    return "/search?" + urlencode({"q": question} | ({"page": page} if page > 1 else {}))


def _group(course: Course, hits: Sequence[Hit], question: str, *, is_loose: bool) -> ResultGroup:
    passages = ((hit, passage_at(course, hit.kind, hit.place, hit.language)) for hit in hits)
    return ResultGroup(
        title=title_in(course.texts, course.language),
        href=f"/courses/{course.slug}",
        is_enrolled=hits[0].is_enrolled,
        rows=tuple(
            _row(course, hit, passage, question, is_loose=is_loose) for hit, passage in passages if passage is not None
        ),
    )


def _row(course: Course, hit: Hit, passage: Passage, question: str, *, is_loose: bool) -> ResultRow:
    terms = terms_of(question, hit.language, is_loose=is_loose)
    snippet = snippet_of(passage.parts, terms, hit.language)
    is_own = hit.language == language()
    return ResultRow(
        href=_place_href(course, hit, snippet.anchor),
        kind=hit.kind.value,
        number=passage.number,
        title=marked(passage.title, terms, hit.language),
        context=marked(passage.context, terms, hit.language),
        snippet=snippet.pieces,
        lang=None if is_own else hit.language,
        language_name=NAMES.get(hit.language, hit.language),
    )


def _place_href(course: Course, hit: Hit, anchor: str | None) -> str:
    """Where a hit leads: to the part of the section, the term or the course; to enrolment, if that comes first."""
    path, fragment = f"/courses/{course.slug}", ""
    if hit.kind is Kind.TERM:
        path, fragment = f"{path}/glossary", hit.place
    elif hit.kind is Kind.SECTION and hit.is_enrolled:
        path, fragment = f"{path}/{hit.place}", anchor or ""
    asked = "" if _language_shown(course, hit) == hit.language else f"?lang={hit.language}"
    return f"{path}{asked}" + (f"#{fragment}" if fragment else "")


def _language_shown(course: Course, hit: Hit) -> str:
    """The language in which a page of the course would show a hit's text without being asked for another."""
    if hit.kind is Kind.TERM:
        return language() if language() in course.glossary else course.language
    if hit.kind is Kind.SECTION and hit.is_enrolled:
        module_id, _, section_id = hit.place.partition("/")
        module = course.module(module_id)
        section = module.section(section_id) if module is not None else None
        return text_in(section.texts, language(), course.language)[1] if section is not None else hit.language
    return text_in(course.texts, language(), course.language)[1]
