"""What the templates of authoring are given, and the functions that build it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from elearn.authoring.bank_rules import may_export
from elearn.authoring.forms import NewFileForm
from elearn.authoring.queries import ListedCourse, Version, WrittenCourse, WrittenFile
from elearn.authoring.rules import FileState
from elearn.content.course import Course, text_in
from elearn.content.preview import Preview
from elearn.content.problem import Problem, Severity
from elearn.web.i18n import NAMES, clock_time, day, gettext, ngettext, zone
from elearn.web.shell import Shell, shell

SHOWN_PROBLEMS = 100  # more are counted, not listed
LONGEST_EXCERPT = 80


# --- the list of courses ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course in the list; the fields are words. ``drafts`` None: nobody is changing it."""

    title: str
    href: str
    published: str
    drafts: str | None
    saved: str
    enrolled: str


@dataclass(frozen=True, slots=True)
class CoursesPage:
    """The courses one may write."""

    shell: Shell
    lead: str
    rows: tuple[CourseRow, ...]
    marking_href: str
    marking_words: str


def courses_page(courses: Sequence[ListedCourse], person_id: int, *, waiting_count: int, now: datetime) -> CoursesPage:
    """The list of courses; ``waiting_count`` is how many answers wait for marks by this person."""
    drafted = sum(course.draft_count > 0 for course in courses)
    return CoursesPage(
        shell=shell(),
        lead=ngettext(
            "One has drafts that officers cannot see yet.",
            "%(count)s have drafts that officers cannot see yet.",
            drafted,
        )
        if drafted
        else gettext("Nobody is changing any of them: what officers see is what is here."),
        rows=tuple(_course_row(course, person_id, now) for course in courses),
        marking_href="/marking",
        marking_words=ngettext(
            "One answer waits for your marks", "%(count)s answers wait for your marks", waiting_count
        )
        if waiting_count
        else gettext("No answer waits for your marks"),
    )


def _course_row(course: ListedCourse, person_id: int, now: datetime) -> CourseRow:
    save = course.last_save
    return CourseRow(
        title=course.title,
        href=f"/write/{course.slug}",
        published=gettext(
            "%(version)s, release %(number)s, %(day)s",
            version=course.version,
            number=course.release_number,
            day=day(course.published_at),
        ),
        drafts=ngettext("one file", "%(count)s files", course.draft_count) if course.draft_count else None,
        saved=_saved_words(save.saved_at, save.saved_by_id, save.saved_by, person_id, now) if save is not None else "",
        enrolled=_enrolled_words(course),
    )


def _enrolled_words(course: ListedCourse) -> str:
    """How many people learn each release: all on the current one is one number."""
    if not course.enrolled:
        return "–"
    if len(course.enrolled) == 1 and course.enrolled[0][0] == course.release_number:
        return str(course.enrolled[0][1])
    return ", ".join(
        gettext("%(people)s on release %(number)s", people=people, number=number) for number, people in course.enrolled
    )


def _saved_words(at: datetime, by_id: int, by: str, person_id: int, now: datetime) -> str:
    who = gettext("you") if by_id == person_id else by
    return gettext("%(when)s, %(who)s", when=when_words(at, now), who=who)


def when_words(at: datetime, now: datetime) -> str:
    """An instant as one says it: today with its time, else the day."""
    if at.astimezone(zone()).date() == now.astimezone(zone()).date():
        return gettext("today %(time)s", time=clock_time(at))
    return day(at)


# --- a course --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a course: what it is, its name, its state (a kind of tag); ``problems`` and ``saved`` may be empty.

    ``export_href`` is "" where there are no questions to export.
    """

    label: str
    name: str
    path: str
    href: str
    state: str
    icon: str | None
    state_text: str
    saved: str
    problems: str
    problems_kind: str
    export_href: str


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files that belong together: a module's, the pools, the course's own. ``others`` counts what is no Markdown.

    ``lang`` is the language of a module's title; None: the title is the platform's.
    """

    title: str
    lang: str | None
    rows: tuple[FileRow, ...]
    others: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem with where it is.

    ``line`` is for the editor's script and ``excerpt`` for who has none; ``href`` leads to the file, "" where it cannot
    be edited here.
    """

    is_error: bool
    where: str
    href: str
    line: int
    message: str
    code: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A release, or the draft (``number`` None)."""

    number: int | None
    name: str
    when: str
    by: str
    enrolled: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course to write: files, problems, releases, and what publishing would do.

    ``why_not`` says what publishing waits for; None: it may be done. ``version_note`` warns of a version that stands
    already. ``reported`` says how many mistakes wait for an answer, if any. ``done`` says what was just done,
    ``refusal`` what was refused.
    """

    shell: Shell
    slug: str
    title: str
    lang: str
    lead: str
    read_href: str
    disputes_href: str
    questions_href: str
    mistakes_href: str
    reported: str | None
    groups: tuple[FileGroup, ...]
    problems: tuple[ProblemRow, ...]
    problems_words: str
    more_problems: str | None
    versions: tuple[VersionRow, ...]
    draft_count: int
    digest: str
    publish_action: str
    publish_label: str
    why_not: str | None
    version_note: str | None
    version_href: str
    discard_action: str
    add_action: str
    import_href: str
    form: NewFileForm
    done: str | None
    refusal: str | None


def write_course_page(
    course: WrittenCourse,
    draft: Preview,
    versions: Sequence[Version],
    *,
    reported: int,
    may_publish: bool,
    person_id: int,
    now: datetime,
    form: NewFileForm,
    done: str | None = None,
    refusal: str | None = None,
) -> CoursePage:
    """The page of a course; ``draft`` is what its sources compile to, ``reported`` counts the mistakes that wait."""
    version = draft.course.version if draft.course is not None else course.version
    is_same_version = course.is_changed and version == course.version
    base = f"/write/{course.slug}"
    return CoursePage(
        shell=shell(),
        slug=course.slug,
        title=course_title(draft.course) or course.title,
        lang=course_language(draft.course),
        lead=_lead(course),
        read_href=f"/courses/{course.slug}",
        disputes_href=f"{base}/attempts",
        questions_href=f"{base}/questions",
        mistakes_href=f"{base}/mistakes",
        reported=ngettext("One waits for an answer", "%(count)s wait for an answer", reported) if reported else None,
        groups=file_groups(course, draft, person_id, now),
        problems=tuple(problem_row(problem, course.slug) for problem in draft.problems[:SHOWN_PROBLEMS]),
        problems_words=count_words(draft.problems),
        more_problems=more_words(len(draft.problems) - SHOWN_PROBLEMS),
        versions=version_rows(versions, course.release_number, now),
        draft_count=len(course.drafts),
        digest=course.digest,
        publish_action=f"{base}/publish",
        publish_label=gettext("Publish %(version)s again", version=version)
        if is_same_version
        else gettext("Publish %(version)s", version=version),
        why_not=_why_not(course, draft, may_publish=may_publish),
        version_note=gettext(
            "The version in course.md still is %(version)s, which release %(number)s has, too.",
            version=version,
            number=course.release_number,
        )
        if is_same_version
        else None,
        version_href=f"{base}/files/course.md",
        discard_action=f"{base}/discard",
        add_action=f"{base}/add",
        import_href=f"{base}/import",
        form=form,
        done=_done_words(done, course.release_number),
        refusal=refusal,
    )


def course_title(course: Course | None) -> str | None:
    """The title in the language the course is written in; None without a course."""
    return text_in(course.texts, course.language, course.language)[0].title if course is not None else None


def course_language(course: Course | None) -> str:
    """The language the course is written in."""
    return course.language if course is not None else "en"


def _lead(course: WrittenCourse) -> str:
    if not course.drafts:
        return gettext(
            "Release %(number)s is what new enrolments get. No file has a draft.", number=course.release_number
        )
    return ngettext(
        "One file has a draft that officers cannot see before it is published.",
        "%(count)s files have drafts that officers cannot see before they are published.",
        len(course.drafts),
    )


def _done_words(done: str | None, release_number: int) -> str | None:
    """What was just done; ``done`` comes from the address and chooses among these."""
    words = {
        "published": gettext(
            "Published: release %(number)s. New enrolments get it; people who are enrolled stay with theirs.",
            number=release_number,
        ),
        "same": gettext("Release %(number)s says the same already, so no other was made.", number=release_number),
        "discarded": gettext("The drafts are discarded; every file is as it was published."),
        "deleted": gettext("The file is deleted."),
    }
    return words.get(done or "")


def _why_not(course: WrittenCourse, draft: Preview, *, may_publish: bool) -> str | None:
    """What publishing waits for."""
    if not may_publish:
        return gettext("Your role writes courses and does not publish them.")
    if not course.is_changed:
        return gettext("Nothing has changed since release %(number)s.", number=course.release_number)
    errors = error_count(draft.problems)
    if errors:
        return ngettext("Waits for one error to be mended.", "Waits for %(count)s errors to be mended.", errors)
    if course.behind:
        return gettext(
            "Waits for a look at %(path)s, which was published anew after its draft was begun.",
            path=course.behind[0].path,
        )
    return None


def file_groups(course: WrittenCourse, draft: Preview, person_id: int, now: datetime) -> tuple[FileGroup, ...]:
    """The files by folder: the course's own first, then modules in their order, then pools."""
    titles = module_titles(draft.course)
    folders: dict[str, list[WrittenFile]] = {}
    for path, file in course.files.items():
        folders.setdefault(path.partition("/")[0] if "/" in path else "", []).append(file)
    by_file = problems_by_file(draft.problems)
    groups = []
    for folder in sorted(folders, key=lambda name: (name != "", name == "pools", name)):
        written = [file for file in folders[folder] if file.path.endswith(".md")]
        others = len(folders[folder]) - len(written)
        title = titles.get(folder) or (gettext("The course") if not folder else gettext("Pools"))
        if folder not in titles and folder not in ("", "pools"):
            title = folder
        rows = (_file_row(course.slug, file, by_file.get(file.path, ()), person_id, now) for file in written)
        groups.append(
            FileGroup(
                title=title,
                lang=course_language(draft.course) if folder in titles else None,
                rows=tuple(sorted(rows, key=lambda row: _reading_order(row.name))),
                others=ngettext("and one picture or data file", "and %(count)s pictures and data files", others)
                if others
                else "",
            )
        )
    return tuple(groups)


def _reading_order(name: str) -> tuple[int, str]:
    """What one opens first stands first: the course's page, the lesson, its quiz."""
    first = ("course.md", "module.md", "quiz.md", "glossary.md", "pretest.md", "exam.md")
    return (first.index(name) if name in first else len(first), name)


def module_titles(course: Course | None) -> dict[str, str]:
    """Titles of modules, with their numbers, by folder."""
    if course is None:
        return {}
    return {
        module.path.partition("/")[
            0
        ]: f"{module.number} {text_in(module.texts, course.language, course.language)[0].title}"
        for module in course.modules
    }


def file_label(path: str) -> str:
    """What a file is, in words; with its language if it is a translation."""
    stem, _, ending = path.removesuffix(".md").rpartition(".")
    source = f"{stem}.md" if stem else path
    name = source.rpartition("/")[2]
    words = {
        "course.md": gettext("The course’s page"),
        "glossary.md": gettext("Glossary"),
        "pretest.md": gettext("Test before the course"),
        "exam.md": gettext("Exam"),
        "module.md": gettext("Lesson"),
        "quiz.md": gettext("Quiz"),
    }.get(name)
    if words is None:
        words = gettext("Pool of questions") if source.startswith("pools/") else gettext("File")
    return f"{words}, {NAMES.get(ending, ending)}" if stem else words


def _file_row(slug: str, file: WrittenFile, problems: Sequence[Problem], person_id: int, now: datetime) -> FileRow:
    state, icon, words = state_words(file)
    draft = file.draft
    return FileRow(
        label=file_label(file.path),
        name=file.path.rpartition("/")[2],
        path=file.path,
        href=f"/write/{slug}/files/{file.path}",
        state=state,
        icon=icon,
        state_text=words,
        saved=_saved_words(draft.saved_at, draft.saved_by_id, draft.saved_by, person_id, now) if draft else "",
        problems=count_words(problems) if problems else "",
        problems_kind="stop" if error_count(problems) else "warn",
        export_href=f"/write/{slug}/export?file={file.path}" if may_export(file.path) else "",
    )


def state_words(file: WrittenFile) -> tuple[str, str | None, str]:
    """A kind of tag, its icon and its words."""
    return {
        FileState.PUBLISHED: ("done", None, gettext("As published")),
        FileState.CHANGED: ("under-way", "pencil", gettext("Draft")),
        FileState.NEW: ("under-way", "plus", gettext("New, draft")),
        FileState.BEHIND: ("warn", "git-compare", gettext("Draft, published anew since")),
    }[file.state]


def problems_by_file(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """Problems by the file they are in."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.path, []).append(problem)
    return found


def error_count(problems: Sequence[Problem]) -> int:
    """How many problems keep a course from being published."""
    return sum(problem.severity is Severity.ERROR for problem in problems)


def count_words(problems: Sequence[Problem]) -> str:
    """How many errors and warnings, in words."""
    errors = error_count(problems)
    warnings = len(problems) - errors
    words = []
    if errors:
        words.append(ngettext("one error", "%(count)s errors", errors))
    if warnings:
        words.append(ngettext("one warning", "%(count)s warnings", warnings))
    return ", ".join(words) or gettext("none")


def more_words(count: int) -> str | None:
    """That a list goes on, in words."""
    return ngettext("One more is not listed.", "%(count)s more are not listed.", count) if count > 0 else None


def problem_row(problem: Problem, slug: str, *, text: str | None = None) -> ProblemRow:
    """A problem as a row; ``text`` is the file's where it is shown beside it."""
    is_file = problem.path.endswith(".md")
    lines = text.split("\n") if text is not None else []
    return ProblemRow(
        is_error=problem.severity is Severity.ERROR,
        where=gettext("Line %(line)s", line=problem.line)
        if text is not None
        else gettext("%(path)s, line %(line)s", path=problem.path, line=problem.line),
        href=f"/write/{slug}/files/{problem.path}?line={problem.line}" if is_file else "",
        line=problem.line,
        message=problem.message,
        code=problem.code,
        excerpt=lines[problem.line - 1].strip()[:LONGEST_EXCERPT] if 0 < problem.line <= len(lines) else "",
    )


def version_rows(versions: Sequence[Version], current: int, now: datetime) -> tuple[VersionRow, ...]:
    """Releases as rows; ``current`` is the number of the one that new enrolments get."""
    return tuple(
        VersionRow(
            number=version.number,
            name=version.version,
            when=when_words(version.published_at, now),
            by=version.published_by or gettext("the command line"),
            enrolled=ngettext("one person enrolled", "%(count)s people enrolled", version.enrolled_count),
            is_current=version.number == current,
        )
        for version in versions
    )
