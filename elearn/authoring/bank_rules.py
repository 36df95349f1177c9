"""How a question bank of another system becomes a pool of a course, and what may be exported. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from elearn.banks.formats import Readable, format_of, read_bank
from elearn.banks.markdown import write_pool
from elearn.banks.model import Bank, Unreadable
from elearn.banks.source import language_of, read_markdown
from elearn.banks.xml import LARGEST
from elearn.content.names import ID, id_of
from elearn.core.packing import NotPacked, unpacked
from elearn.core.refusals import Conflict, Invalid, NotFound

FOLDER = "pools"


class BankUnreadable(Invalid):
    """The file is no bank that can be read."""

    message = "This file cannot be read. %(reason)s"


class BankEmpty(Invalid):
    """Nothing of the file can be imported."""

    message = "No question of this file could be read."


class BankTooLarge(Invalid):
    """The file could not be sent back by the form that adds it."""

    message = "This file is too large to be added here. Split it, or take pictures out of it."


class BadPoolName(Invalid):
    """A pool's name is part of addresses and files."""

    message = "«%(name)s» is no name of a pool. Use small letters a–z, digits and hyphens, like border-cash."


class PictureTaken(Conflict):
    """Somebody added another picture of that name since the import was looked at."""

    message = "This course has got another picture «%(path)s» since you looked. Read the file again."


class NotExportable(NotFound):
    """Only quizzes and pools hold questions of their own."""

    message = "«%(path)s» is neither a quiz nor a pool, so there are no questions to export."


@dataclass(frozen=True, slots=True)
class Import:
    """A bank as the pool that it will be: its path in the course, its text, its pictures by path in the course."""

    bank: Bank
    form: Readable
    path: str
    text: str
    pictures: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """The pool's name."""
        return self.path.rpartition("/")[2].removesuffix(".md")


def pool_name(typed: str, file_name: str) -> str:
    """The name of the new pool: as it was typed, or else of the file. Raises BadPoolName."""
    return checked_pool_name(typed.strip() or id_of(file_name.rpartition(".")[0] or file_name))


def checked_pool_name(name: str) -> str:
    """The name if it may be a pool's. Raises BadPoolName."""
    if not ID.match(name):
        raise BadPoolName(name=name[:60])
    return name


def read_import(data: bytes, *, file_name: str, chosen: str, name: str, sources: Mapping[str, bytes]) -> Import:
    """A file as a pool called ``name`` of the course ``sources``; ``chosen`` is a format, or else its ending says it.

    Raises BankUnreadable, BankEmpty.
    """
    try:
        form = Readable(chosen) if chosen in set(Readable) else format_of(file_name, data)
        bank = read_bank(data, form, files_beside(f"{FOLDER}/x.md", sources))
    except Unreadable as reason:
        raise BankUnreadable(reason=str(reason)) from reason
    pictures = {f"{FOLDER}/{path}": picture for path, picture in bank.images.items()}
    return Import(bank, form, f"{FOLDER}/{name}.md", write_pool(bank, name), pictures)


def files_beside(path: str, sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files in the folder of a file, and below it, by path relative to that folder."""
    folder = path[: path.rfind("/") + 1]
    return {name.removeprefix(folder): data for name, data in sources.items() if name.startswith(folder)}


def may_export(path: str) -> bool:
    """Whether a file of a course is a quiz or a pool in the source language."""
    folder, _, name = path.rpartition("/")
    is_pool = folder == FOLDER and name.endswith(".md") and ID.match(name.removesuffix(".md")) is not None
    return is_pool or name in ("quiz.md", "exam.md", "pretest.md")


def exported_bank(path: str, sources: Mapping[str, bytes]) -> Bank:
    """The questions of a quiz or of a pool. Raises NotExportable."""
    if not may_export(path) or path not in sources:
        raise NotExportable(path=path[:200])
    language = language_of(sources.get("course.md", b""))
    return read_markdown(sources[path], language=language, files=files_beside(path, sources))


def download_name(slug: str, path: str, ending: str) -> str:
    """What an exported file is called: ``cft-law.gift``, ``cft-01-law-quiz.xml``."""
    inside = path.removesuffix(".md").removeprefix(f"{FOLDER}/").replace("/", "-")
    return f"{slug}-{inside}{'-qti' if ending == 'zip' else ''}.{ending}"


def unpacked_bank(field: str) -> bytes:
    """The file that a field carries; raises BankUnreadable if it does not come from our page."""
    try:
        return unpacked(field, LARGEST)
    except NotPacked as problem:
        raise BankUnreadable(reason="Read the file again.") from problem
