"""``course.md``: what the course is, and the text of its landing page."""

from dataclasses import dataclass
from decimal import Decimal

from elearn.content.course import Certification, Completion, CourseText, Level
from elearn.content.frontmatter import Fields, Reader
from elearn.content.names import LANGUAGE, SLUG
from elearn.content.reporting import Report
from elearn.content.writing import Writer
from elearn.markup.blocks import Paragraph, spans_of
from elearn.markup.slots import slot_line, without_slots
from elearn.markup.source import HEADING_START, Source, fence_after
from elearn.markup.text import Line, trimmed

COURSE_KEYS = (
    "course",
    "title",
    "language",
    "version",
    "hours",
    "level",
    "origin",
    "themes",
    "completion",
    "certificate",
)


@dataclass(frozen=True, slots=True)
class Head:
    """The front matter of ``course.md``. ``completion_place`` is where it is asked for."""

    title: str
    language: str
    version: str
    hours: Decimal
    level: Level
    origin: str | None
    themes: tuple[str, ...]
    completion: Completion
    completion_place: Line
    certification: Certification | None


def read_head(fields: Fields, slug: str, report: Report) -> Head:
    """The course's front matter; what is missing is filled in."""
    reader = Reader(fields, "course.md", report)
    if not SLUG.match(slug):
        shown = slug[:60] if slug.isprintable() else ascii(slug[:60])[1:-1]
        message = f'Name the folder "{shown}" with 1 to 60 small letters a–z, digits and hyphens; it is an address.'
        report.add("course.md", 1, 1, "X016", message)
    identifier = reader.identifier("course", required="the course's id, which is the folder's name")
    if identifier is not None and identifier != slug:
        message = f'The course says it is "{identifier}", but its folder is "{slug}". Make the two the same.'
        report.at("course.md", reader.fields.values["course"].place, "F012", message)
    title = reader.text("title", required="what the course is called")
    language = reader.text("language", required="the language it is written in, such as en")
    if language is not None and not LANGUAGE.match(language):
        message = f'"{language[:20]}" is no language code. Write en, ru, kk, ky, tg, tk or uz.'
        report.at("course.md", reader.fields.values["language"].place, "F009", message)
        language = None
    version = reader.text("version", required="its version, such as 1.0.0", longest=20)
    hours = reader.number("hours", Decimal("0.1"), Decimal(500), required="how many hours it takes")
    level = reader.one_of("level", list(Level))
    origin, themes = reader.text("origin"), reader.words("themes")
    place = reader.place("completion")
    completion = _completion(reader.inner("completion"))
    certification = _certification(reader.inner("certificate"))
    reader.finish()
    return Head(
        title or slug,
        language or "en",
        version or "",
        hours or Decimal(1),
        Level(level) if level else Level.BASIC,
        origin,
        themes,
        completion,
        place,
        certification,
    )


def _completion(reader: Reader | None) -> Completion:
    if reader is None:
        return Completion(modules=True, quizzes=False, exam=None)
    modules, quizzes = reader.one_of("modules", ("all",)), reader.one_of("quizzes", ("all",))
    exam = reader.whole("exam", 1, 100)
    reader.finish()
    return Completion(modules=modules is not None, quizzes=quizzes is not None, exam=exam)


def _certification(reader: Reader | None) -> Certification | None:
    if reader is None:
        return None
    valid = reader.months("valid")
    reader.finish()
    return Certification(valid)


def write_landing(source: Source, title: str, origin: str | None, writer: Writer) -> CourseText:
    """The landing page's texts: ``lead`` is the first paragraph without marks, ``landing`` the rest."""
    lines: list[Line] = []
    heads: list[tuple[int, Line]] = []
    fence: str | None = None
    for line in source.body:
        fence, is_code = fence_after(fence, line.text)
        level = len(line.text) - len(line.text.lstrip("#"))
        if not is_code and HEADING_START.match(line.text) and level in (2, 3):
            lines.append(Line(slot_line(f"heading:{len(heads)}"), line.number))
            heads.append((level, line.cut(level).stripped()))
        else:
            lines.append(line)
    titles = [(level, writer.inline([head]).html) for level, head in heads]
    rest = trimmed(lines)
    lead = ""
    spans = spans_of(rest)
    if spans and isinstance(spans[0][0], Paragraph):
        lead = writer.block(spans[0][0].lines).plain
        rest = rest[spans[0][2] :]

    def slot(name: str) -> str:
        level, html = titles[int(name.partition(":")[2])]
        return f"<h{level}>{html}</h{level}>\n"

    return CourseText(title, lead, without_slots(writer.page(trimmed(rest), "landing", slot).html), origin)
