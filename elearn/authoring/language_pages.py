"""How complete each language is: the words of the site, and the courses."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from elearn.content.course import Course, text_in
from elearn.content.coverage import Coverage, Share, coverage_of
from elearn.core.languages import NAMES, SOURCE, chain
from elearn.web.catalogues import State, state_of
from elearn.web.i18n import gettext, number
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class InterfaceRow:
    """The words of the site in one language. ``kind`` and ``review`` are a state as a tag shows it."""

    name: str
    lang: str
    learner: str
    desk: str
    kind: str
    review: str
    falls_back: str


@dataclass(frozen=True, slots=True)
class TranslationRow:
    """One translation of a course; the fields are words. ``stale`` None: nothing is behind its source."""

    name: str
    lang: str
    sections: str
    questions: str
    terms: str
    stale: str | None
    is_complete: bool


@dataclass(frozen=True, slots=True)
class CourseLanguages:
    """A course: its translations, and the languages it has none in (None: it has all)."""

    title: str
    lang: str
    href: str
    source: str
    translations: tuple[TranslationRow, ...]
    untranslated: str | None


@dataclass(frozen=True, slots=True)
class LanguagesPage:
    """How complete each language is."""

    shell: Shell
    interface: tuple[InterfaceRow, ...]
    courses: tuple[CourseLanguages, ...]


def languages_page(courses: Sequence[Course]) -> LanguagesPage:
    """The languages the site offers; ``courses`` are the current releases."""
    offered: tuple[str, ...] = current_app.config["LANGUAGES"]
    return LanguagesPage(
        shell=shell(),
        interface=tuple(_interface(language) for language in offered),
        courses=tuple(_course(course, offered) for course in courses),
    )


def _interface(language: str) -> InterfaceRow:
    state = state_of(language)
    kind, review = _review(language, state)
    following = [NAMES[each] for each in chain(language)[1:]]
    return InterfaceRow(
        name=NAMES[language],
        lang=language,
        learner=_share_words(state.learner.translated, state.learner.all),
        desk=_share_words(state.desk.translated, state.desk.all),
        kind=kind,
        review=review,
        falls_back=" → ".join(following),
    )


def _review(language: str, state: State) -> tuple[str, str]:
    if language == SOURCE:
        return "done", gettext("Source language")
    awaiting = state.learner.awaiting + state.desk.awaiting
    if not awaiting:
        return "done", gettext("Nothing awaits review")
    reviewed = state.learner.reviewed + state.desk.reviewed
    return "due", gettext(
        "%(awaiting)s await a native speaker, %(reviewed)s reviewed",
        awaiting=number(awaiting),
        reviewed=number(reviewed),
    )


def _course(course: Course, offered: tuple[str, ...]) -> CourseLanguages:
    text, found_in = text_in(course.texts, course.language, course.language)
    missing = [NAMES[language] for language in offered if language not in course.languages]
    return CourseLanguages(
        title=text.title,
        lang=found_in,
        href=f"/write/{course.slug}",
        source=NAMES.get(course.language, course.language),
        translations=tuple(_translation(coverage_of(course, language)) for language in course.languages[1:]),
        untranslated=", ".join(missing) or None,
    )


def _translation(found: Coverage) -> TranslationRow:
    stale = found.sections.stale + found.questions.stale + found.terms.stale
    return TranslationRow(
        name=NAMES.get(found.language, found.language),
        lang=found.language,
        sections=_coverage_words(found.sections),
        questions=_coverage_words(found.questions),
        terms=_coverage_words(found.terms),
        stale=number(stale) if stale else None,
        is_complete=found.is_complete,
    )


def _coverage_words(share: Share) -> str:
    return _share_words(share.translated, share.all)


def _share_words(some: int, count: int) -> str:
    return gettext("%(some)s of %(all)s", some=number(some), all=number(count))
