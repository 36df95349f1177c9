"""What may be attached to an open answer. Pure."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from elearn.assessment.marking.base import clean_line
from elearn.core.refusals import Conflict, Invalid, NotFound
from elearn.markup.imaging import MOST_PIXELS, BadPicture, Fault, rewritten
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


class DamagedPicture(Invalid):
    """The picture is broken, or was cut short on its way."""

    message = "This picture is damaged or did not arrive whole. Attach it again, or take it anew."


class TooManyPixels(Invalid):
    """The picture would fill the memory of who opens it."""

    message = "This picture has more than %(count)s million pixels. Make it smaller."


class MovingPicture(Invalid):
    """The picture moves."""

    message = "This picture moves. Save one picture of it, and attach that."


_REFUSED = {Fault.BROKEN: DamagedPicture, Fault.MOVING: MovingPicture}


def read_file(name: str, body: bytes) -> SentFile:
    """What was sent under a name; its ``media_type`` is empty if it is none that can be attached anywhere.

    Pictures are written anew, so that they tell who marks them neither where nor with what they were taken. That takes
    long: hold no transaction meanwhile. Raises NoFile, FileTooLarge, DamagedPicture, TooManyPixels, MovingPicture.
    """
    if not body:
        raise NoFile
    if len(body) > LARGEST_FILE:
        raise FileTooLarge
    media_type = _media_type(body)
    if media_type not in _ENDINGS:
        return SentFile("", "", b"")
    kept = body if media_type == MEDIA_TYPES["pdf"] else _picture(body)
    return SentFile(_file_name(name, _ENDINGS[media_type]), media_type, kept)


def check_kind(file: SentFile, endings: Sequence[str]) -> None:
    """Raise WrongFile for a file where only files of these endings are taken."""
    if _ENDINGS.get(file.media_type) not in endings:
        raise WrongFile(kinds=kinds_words(endings))


def _picture(body: bytes) -> bytes:
    """A picture without what is not seen of it; raises as ``read_file``."""
    try:
        return rewritten(body).data
    except BadPicture as bad:
        if bad.fault is Fault.TOO_LARGE:
            raise TooManyPixels(count=MOST_PIXELS // 1_000_000) from bad
        raise _REFUSED[bad.fault] from bad


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
