"""The folder: which file is what. ``module.ru.md`` is the Russian text of ``module.md``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from elearn.content.names import MODULE_FOLDER, RESERVED
from elearn.content.reporting import Report

_TRANSLATION = re.compile(r"(?P<stem>.+)\.(?P<language>[a-z]{2,3}(?:-[A-Z][a-z]{3})?)\.md\Z")
_TOP = ("course.md", "glossary.md", "exam.md", "pretest.md")
_IN_MODULE = ("module.md", "quiz.md")


@dataclass(frozen=True, slots=True)
class ModulePlace:
    """Where a module is: its folder, its number and its id, both said by the folder's name."""

    folder: str
    number: int
    id: str

    @property
    def path(self) -> str:
        """The lesson's file."""
        return f"{self.folder}/module.md"

    @property
    def quiz_path(self) -> str:
        """The quiz's file, which need not exist."""
        return f"{self.folder}/quiz.md"


@dataclass(slots=True)
class Layout:
    """The files by what they are. ``translations`` are (source path, language) to path; ``others`` are no Markdown."""

    modules: list[ModulePlace] = field(default_factory=list)
    pools: list[str] = field(default_factory=list)
    translations: dict[tuple[str, str], str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    has_glossary: bool = False


def layout_of(files: Mapping[str, bytes], report: Report) -> Layout:
    """Sort the files of a course by what they are, and report those that have no place in one."""
    layout = Layout(has_glossary="glossary.md" in files)
    for path in sorted(files):
        if not path.endswith(".md"):
            layout.others.append(path)
            continue
        found = _TRANSLATION.match(path)
        source = f"{found.group('stem')}.md" if found else path
        if not _has_place(source):
            message = "A course has no such file, so nobody will read it. Move its text into a module, or delete it."
            report.add(path, 1, 1, "X009", message)
        elif found is None:
            if path.startswith("pools/"):
                layout.pools.append(path)
        elif source in files:
            layout.translations[source, found.group("language")] = path
        else:
            message = f"There is no {source} of which this could be a translation. Add it, or delete this file."
            report.add(path, 1, 1, "T001", message)
    _find_modules(files, layout, report)
    return layout


def _has_place(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if not folder:
        return name in _TOP
    return "/" not in folder and (folder == "pools" or name in _IN_MODULE)


def _find_modules(files: Mapping[str, bytes], layout: Layout, report: Report) -> None:
    folders = sorted(
        {path.split("/")[0] for path in files if path.count("/") == 1 and path.split("/")[1] in _IN_MODULE}
    )
    by_number: dict[int, str] = {}
    by_id: dict[str, str] = {}
    for folder in folders:
        path = f"{folder}/module.md"
        found = MODULE_FOLDER.match(folder)
        if found is None:
            message = (
                f'Name the folder "{folder[:40]}" with a number and an id in small letters, such as 01-legal-basis.'
            )
            report.add(path, 1, 1, "X010", message)
            continue
        if path not in files:
            report.add(f"{folder}/quiz.md", 1, 1, "X015", "This folder has a quiz but no module.md. Add the lesson.")
            continue
        place = ModulePlace(folder, int(found.group(1)), found.group(2))
        if place.id in RESERVED:
            message = f'The platform has pages of its own called "{place.id}". Give this folder another name.'
            report.add(path, 1, 1, "X017", message)
        if by_number.setdefault(place.number, folder) != folder:
            message = f"The number {place.number} is that of {by_number[place.number]}, too. Give this folder another."
            report.add(path, 1, 1, "X011", message)
        if by_id.setdefault(place.id, folder) != folder:
            message = f'The id "{place.id}" is that of {by_id[place.id]}, too. Give this folder another name.'
            report.add(path, 1, 1, "X012", message)
            continue
        layout.modules.append(place)
    layout.modules.sort(key=lambda place: (place.number, place.folder))
    if not layout.modules:
        message = "The course has no module. Add a folder such as 01-basics with a module.md in it."
        report.add("course.md", 1, 1, "X013", message)
