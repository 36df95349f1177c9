"""What may be attached to an open answer. Pure."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from elearn.assessment.marking.base import clean_line
from elearn.core.refusals import Conflict, Invalid, NotFound
from elearn.markup.raster import read_raster

LARGEST_FILE = 5 * 1024 * 1024  # bytes
MOST_FILES = 3  # for one answer
LONGEST_NAME = 100
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}
_ENDINGS = {media_type: ending for ending, media_type in MEDIA_TYPES.items()}


class NoSuchFile(NotFound):
    """There is no such file, or it is somebody else's."""

    message = "There is no such file."


class NoFile(Invalid):
    """The form came without a file."""

    message = "Choose a file first, then press “Attach this file”."


class NotAttached(Invalid):
    """A file was chosen, and another button pressed than the one that attaches it."""

    message = "The file you chose is not attached yet. Choose it again and press “Attach this file”."


class FileTooLarge(Invalid):
    """The file has more bytes than one may have."""

    message = "This file is larger than 5 MB. Make it smaller, or leave pages out."


class WrongFile(Invalid):
    """The bytes of a file are those of no kind that can be attached here."""

    message = "This file is none of these: %(kinds)s. What counts is what is in the file, not its name."


class TooManyFiles(Conflict):
    """There is no room for another file."""

    message = "There are 3 files already. Remove one before you attach another."


class NothingToAttach(Conflict):
    """The question takes no files."""

    message = "No file can be attached to this question."


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it is kept; ``name`` is safe to save under and ends as the bytes say."""

    name: str
    media_type: str
    body: bytes


def read_file(name: str, body: bytes, endings: Sequence[str]) -> SentFile:
    """What was sent under a name, where files of these endings are taken. Raises NoFile, FileTooLarge, WrongFile."""
    if not body:
        raise NoFile
    if len(body) > LARGEST_FILE:
        raise FileTooLarge
    media_type = _media_type(body)
    ending = _ENDINGS.get(media_type, "")
    if ending not in endings:
        raise WrongFile(kinds=kinds_words(endings))
    return SentFile(_file_name(name, ending), media_type, body)


def kinds_words(endings: Sequence[str]) -> str:
    """The kinds of files as people call them."""
    return ", ".join(ending.upper() for ending in endings)


def _media_type(body: bytes) -> str:
    if body.startswith(b"%PDF-"):
        return "application/pdf"
    raster = read_raster(body)
    return raster.media_type if raster is not None else ""


def _file_name(name: str, ending: str) -> str:
    """The last part of a name that a device gave, in one line, with the ending of what it is."""
    last = clean_line(name.replace("\\", "/").rpartition("/")[2], 2 * LONGEST_NAME)
    stem = posixpath.splitext(last)[0].strip(". ")[: LONGEST_NAME - 4].strip() or "file"
    return f"{stem}.{ending}"
