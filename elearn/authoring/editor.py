"""What the template of the editor is given: a file, its preview, its problems, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from elearn.authoring.pages import (
    SHOWN_PROBLEMS,
    FileGroup,
    ProblemRow,
    VersionRow,
    count_words,
    course_language,
    course_title,
    error_count,
    file_groups,
    module_titles,
    more_words,
    problem_row,
    state_words,
    version_rows,
    when_words,
)
from elearn.authoring.queries import Version, WrittenCourse, WrittenFile
from elearn.authoring.rules import DiffLine, FileState, LineKind, Revision, compared
from elearn.authoring.showing import PreviewView, preview_of
from elearn.content.course import Course
from elearn.content.preview import Preview
from elearn.web.i18n import NAMES, clock_time, day, gettext, ngettext, zone
from elearn.web.shell import Shell, shell

SHOWN_VERSIONS = 4
SAID = (FileState.NEW, FileState.BEHIND)  # the others are said by when the text was saved
# Problems that "Write the missing ids" mends.
MISSING_IDS = frozenset({"Q001", "S005", "T004"})


@dataclass(frozen=True, slots=True)
class Difference:
    """What somebody else saved meanwhile, against one's own text."""

    sentence: str
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class EditorPage:
    """A file beside its preview.

    ``text`` is what stands in the field; ``saved`` says whether it is kept. ``conflict``: it was changed by somebody
    else meanwhile. ``behind``: it was published anew after its draft was begun. ``changes``: the text against the
    published one. ``state`` is a kind of tag, "" where it goes without saying. ``discard_label`` None: there is no
    draft to throw away.
    """

    shell: Shell
    slug: str
    course_title: str
    lang: str
    course_href: str
    crumb: str
    name: str
    path: str
    action: str
    language_note: str
    text: str
    revision: Revision
    files: tuple[FileGroup, ...]
    state: str
    state_icon: str | None
    state_text: str
    saved: str
    is_saved: bool
    preview: PreviewView
    problems: tuple[ProblemRow, ...]
    problems_words: str
    more_problems: str | None
    error_words: str | None
    warning_words: str | None
    elsewhere: str | None
    lacks_ids: bool
    changes: tuple[DiffLine, ...]
    changes_words: str
    history: tuple[VersionRow, ...]
    discard_label: str | None
    conflict: Difference | None
    behind: Difference | None
    refusal: str | None


def editor_page(
    course: WrittenCourse,
    path: str,
    draft: Preview,
    versions: Sequence[Version],
    *,
    person_id: int,
    now: datetime,
    text: str | None = None,
    revision: Revision | None = None,
    is_conflict: bool = False,
    refusal: str | None = None,
) -> EditorPage:
    """The editor of a file; ``draft`` is what the course compiles to with the text shown.

    ``text`` is what was typed and is not saved (None: show what is saved); ``revision`` is what the author started from
    (None: what is there now).
    """
    file = course.file(path)
    shown = file.text if text is None else text
    problems = draft.problems_of(path)
    elsewhere = [problem for problem in draft.problems if problem.path != path]
    base = f"/write/{course.slug}"
    state, icon, words = state_words(file) if file.state in SAID else ("", None, "")
    changes = compared(file.published_text, shown) if file.published_text is not None else ()
    is_saved = shown == file.text
    return EditorPage(
        shell=shell(),
        slug=course.slug,
        course_title=course_title(draft.course) or course.title,
        lang=course_language(draft.course),
        course_href=base,
        crumb=_crumb(path, draft.course),
        name=path.rpartition("/")[2],
        path=path,
        action=f"{base}/files/{path}",
        language_note=_language_note(path, draft.course),
        text=shown,
        revision=revision or file.revision,
        files=file_groups(course, draft, person_id, now),
        state=state,
        state_icon=icon,
        state_text=words,
        saved=_saved_at_words(file, now) if is_saved else gettext("Not saved yet"),
        is_saved=is_saved,
        preview=preview_of(draft.course, path, has_errors=error_count(problems) > 0),
        problems=tuple(problem_row(problem, course.slug, text=shown) for problem in problems[:SHOWN_PROBLEMS]),
        problems_words=count_words(problems),
        more_problems=more_words(len(problems) - SHOWN_PROBLEMS),
        error_words=_count("error", error_count(problems)),
        warning_words=_count("warning", len(problems) - error_count(problems)),
        elsewhere=gettext("In other files of the course: %(problems)s.", problems=count_words(elsewhere))
        if elsewhere
        else None,
        lacks_ids=any(problem.code in MISSING_IDS for problem in problems),
        changes=changes,
        changes_words=_changes_words(file, changes),
        history=_history(file, versions, course.release_number, person_id, now),
        discard_label=_discard_label(file),
        conflict=_conflict(file, shown, now) if is_conflict else None,
        behind=_behind(file, course, shown) if file.state is FileState.BEHIND and not is_conflict else None,
        refusal=refusal,
    )


def _count(kind: str, count: int) -> str | None:
    if not count:
        return None
    if kind == "error":
        return ngettext("one error", "%(count)s errors", count)
    return ngettext("one warning", "%(count)s warnings", count)


def _crumb(path: str, course: Course | None) -> str:
    """The module or the folder that a file is in; empty for the course's own files."""
    folder = path.partition("/")[0] if "/" in path else ""
    if folder == "pools":
        return gettext("Pools")
    return module_titles(course).get(folder, folder)


def _language_note(path: str, course: Course | None) -> str:
    """Which language the file is in."""
    source = course_language(course)
    stem, _, found = path.removesuffix(".md").rpartition(".")
    if stem and found in NAMES:
        return gettext("%(language)s, a translation", language=NAMES[found])
    return gettext("%(language)s, source language", language=NAMES.get(source, source))


def _saved_at_words(file: WrittenFile, now: datetime) -> str:
    if file.draft is None:
        return gettext("As published")
    at = file.draft.saved_at
    if at.astimezone(zone()).date() == now.astimezone(zone()).date():
        return gettext("Saved at %(time)s", time=clock_time(at))
    return gettext("Saved on %(day)s", day=day(at))


def _changes_words(file: WrittenFile, changes: tuple[DiffLine, ...]) -> str:
    if file.published is None:
        return gettext("new file")
    count = sum(line.kind in (LineKind.REMOVED, LineKind.ADDED) for line in changes)
    return ngettext("one line changed", "%(count)s lines changed", count) if count else gettext("nothing changed")


def _history(
    file: WrittenFile, versions: Sequence[Version], current: int, person_id: int, now: datetime
) -> tuple[VersionRow, ...]:
    rows: list[VersionRow] = []
    if file.draft is not None:
        who = gettext("you") if file.draft.saved_by_id == person_id else file.draft.saved_by
        rows.append(VersionRow(None, gettext("Draft"), when_words(file.draft.saved_at, now), who, "", is_current=True))
    return (*rows, *version_rows(versions[:SHOWN_VERSIONS], current, now))


def _discard_label(file: WrittenFile) -> str | None:
    if file.draft is None:
        return None
    return gettext("Delete this file") if file.published is None else gettext("Discard this draft")


def _conflict(file: WrittenFile, text: str, now: datetime) -> Difference:
    if file.draft is not None:
        sentence = gettext(
            "%(who)s saved this file while you were editing it (%(when)s).",
            who=file.draft.saved_by,
            when=when_words(file.draft.saved_at, now),
        )
    else:
        sentence = gettext("This file was published anew, or its draft discarded, while you were editing it.")
    return Difference(sentence, compared(file.text, text))


def _behind(file: WrittenFile, course: WrittenCourse, text: str) -> Difference:
    sentence = gettext("Release %(number)s changed this file after this draft was begun.", number=course.release_number)
    return Difference(sentence, compared(file.published_text or "", text))
