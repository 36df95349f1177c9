"""Write the ids that are missing: of sections and parts, of questions, and of translated headings (with their source).

Ids are written into the heading's comment, or as a new one at its end; nothing else of a file changes, not even its
line ends. An id that is there is never touched, even if it is wrong.
"""

import re
from collections.abc import Iterator

from elearn.content.files import CourseFiles, checked_files
from elearn.content.glossary import plan_glossary
from elearn.content.layout import Layout, layout_of
from elearn.content.lesson import PAGE_IDS, plan_lesson
from elearn.content.names import free_id, id_of
from elearn.content.outline import Head, Unit, grouped, outline_of
from elearn.content.reporting import Report
from elearn.content.translation import digest_of_unit, section_digests
from elearn.markup.inline import without_code
from elearn.markup.render import render_inline
from elearn.markup.slots import plain_text
from elearn.markup.source import LONGEST_LINE, MOST_COMMENTS, read_source

_ENDS = re.compile(r"(\r\n|\r|\n)")
_COMMENT = re.compile(r"<!--[ ]*")


def fix(files: CourseFiles) -> dict[str, bytes]:
    """The files that change, with ids where there were none. Doing it again changes nothing."""
    report = Report()  # nobody reads it: fixing is silent about what it cannot mend
    kept = checked_files(files, report)
    layout = layout_of(kept, report)
    changed: dict[str, bytes] = {}
    for place in layout.modules:
        _write(place.path, kept, _section_ids(kept[place.path], place.path, report), changed)
    asked = [path for path in _question_paths(layout) if path in kept]
    heads = {path: _question_heads(kept[path], path, report) for path in asked}
    taken = {head.settings["id"].text for found in heads.values() for head in found if "id" in head.settings}
    for path, found in heads.items():
        ids: dict[int, str] = {}
        for head in found:
            if "id" not in head.settings:
                ids[head.place.number] = free_id(_made_id(head), taken)
                taken.add(ids[head.place.number])
        _write(path, kept, ids, changed)
    _fix_translations({**kept, **changed}, layout, report, changed)
    _note_sources({**kept, **changed}, layout, report, changed)
    return {path: data for path, data in changed.items() if data != files[path]}


def _question_paths(layout: Layout) -> Iterator[str]:
    yield "pretest.md"
    yield "exam.md"
    yield from (place.quiz_path for place in layout.modules)
    yield from layout.pools


def _question_heads(data: bytes, path: str, report: Report) -> list[Head]:
    _, units = grouped(outline_of(read_source(data), path, report), 2)
    return [unit.head for unit in units if unit.head.level == 2]


def _section_ids(data: bytes, path: str, report: Report) -> dict[int, str]:
    plans = plan_lesson(read_source(data), path, report)
    heads = [plan.head for plan in plans if plan.head] + [part.head for plan in plans for part in plan.parts]
    taken = {"opening", *PAGE_IDS, *(check.head.settings["q"].text for plan in plans for check in plan.checks)}
    taken |= {head.settings["id"].text for head in heads if "id" in head.settings}
    ids: dict[int, str] = {}
    for head in sorted(heads, key=lambda head: head.place.number):
        if "id" not in head.settings:
            ids[head.place.number] = free_id(_made_id(head), taken)
            taken.add(ids[head.place.number])
    return ids


def _made_id(head: Head) -> str:
    return id_of(plain_text(render_inline([head.title], language="en").html))


def _fix_translations(files: CourseFiles, layout: Layout, report: Report, changed: dict[str, bytes]) -> None:
    """Copy ids to a translation whose headings are those of the source one by one."""
    for (source, _), path in sorted(layout.translations.items()):
        theirs = [unit.head for unit in outline_of(read_source(files[path]), path, report).units]
        ours = [unit.head for unit in outline_of(read_source(files[source]), source, report).units]
        if [head.level for head in theirs] != [head.level for head in ours]:
            continue
        ids: dict[int, str] = {}
        for our, their in zip(ours, theirs, strict=True):
            if source == "glossary.md" and not {"id"} & (our.settings.keys() | their.settings.keys()):
                ids[their.place.number] = id_of(our.title.text)
            for key in ("id", "q"):
                if key in our.settings and not {"id", "q"} & their.settings.keys():
                    ids[their.place.number] = f"{key}: {our.settings[key].text}"
        _write(path, files, ids, changed)


def _note_sources(files: CourseFiles, layout: Layout, report: Report, changed: dict[str, bytes]) -> None:
    """Write into translated units the digest of the source they were made from, where none is noted."""
    for (source, _), path in sorted(layout.translations.items()):
        digests = _digests(source, files[source], report)
        theirs = outline_of(read_source(files[path]), path, report).units
        notes = {
            unit.head.place.number: f"of: {digests[unit.head.settings['id'].text]}"
            for unit in theirs
            if unit.head.level == 2
            and "of" not in unit.head.settings
            and "id" in unit.head.settings
            and unit.head.settings["id"].text in digests
        }
        _write(path, files, notes, changed)


def _digests(path: str, data: bytes, report: Report) -> dict[str, str]:
    source = read_source(data)
    if path.endswith("module.md"):
        return section_digests(plan_lesson(source, path, report))
    if path == "glossary.md":
        plans = plan_glossary(source, path, report)
        return {plan.id: digest_of_unit(Unit(plan.head, plan.lines)) for plan in plans}
    _, units = grouped(outline_of(source, path, report), 2)
    return {unit.head.settings["id"].text: digest_of_unit(unit) for unit in units if "id" in unit.head.settings}


def _write(path: str, files: CourseFiles, ids: dict[int, str], changed: dict[str, bytes]) -> None:
    """Put ids on heading lines, by line number."""
    if not ids:
        return
    pieces = _ENDS.split(files[path].decode(errors="surrogateescape"))  # what is no UTF-8 stays as it is
    for number, identifier in ids.items():
        at = 2 * (number - 1)
        pieces[at] = _with_id(pieces[at], identifier if ":" in identifier else f"id: {identifier}")
    changed[path] = "".join(pieces).encode(errors="surrogateescape")


def _with_id(line: str, setting: str) -> str:
    if len(line) > LONGEST_LINE - 200 or line.count("<!--") >= MOST_COMMENTS:
        return line
    comment = _COMMENT.search(without_code(line))
    if comment is None:
        return f"{line.rstrip()} <!-- {setting} -->"
    before, rest = line[: comment.start()], line[comment.end() :]
    if not before.strip("#"):
        before += " "  # a heading without words would be none with a comment right after its signs
    if "-->" not in rest:  # not closed, so it would swallow what is written after it
        return f"{before}<!-- {setting} --> {line[comment.start() :]}"
    if setting.startswith("of:"):
        inside, _, after = rest.partition("-->")
        return f"{before}{comment[0]}{inside.rstrip()} | {setting} -->{after}"
    separator = " " if rest.startswith("-->") else " | "
    return f"{before}<!-- {setting}{separator}{rest}"
