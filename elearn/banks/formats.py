"""The formats of banks by name: those that can be read, those that can be written."""

import re
from collections.abc import Mapping
from enum import StrEnum

from elearn.banks.aiken import read_aiken
from elearn.banks.gift import read_gift
from elearn.banks.gift_writer import write_gift
from elearn.banks.model import Bank, Loss, Unreadable
from elearn.banks.moodle import read_moodle
from elearn.banks.moodle_writer import write_moodle
from elearn.banks.qti import write_qti
from elearn.banks.xml import LARGEST, LARGEST_TEXT


class Readable(StrEnum):
    """Formats that can be read."""

    GIFT = "gift"
    AIKEN = "aiken"
    MOODLE = "moodle-xml"


class Writable(StrEnum):
    """Formats that can be written."""

    GIFT = "gift"
    MOODLE = "moodle-xml"
    QTI = "qti"


ENDINGS: Mapping[Writable, str] = {Writable.GIFT: ".gift", Writable.MOODLE: ".xml", Writable.QTI: ".zip"}


_TEXTS = ("", "txt", "gift")
_AIKEN = re.compile(r"^[ \t]*ANSWER[ \t]*:[ \t]*[A-Za-z][ \t]*[.)]?[ \t]*$", re.MULTILINE)


def format_of(name: str, data: bytes) -> Readable:
    """The format of a file by its ending, of a text by what is in it; raises Unreadable if that does not say it."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending == "zip" or data.startswith(b"PK\x03\x04"):
        raise Unreadable("This is a package (zip). QTI is written, not read: export GIFT or Moodle XML there.")
    if ending == "xml" or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<quiz")):
        return Readable.MOODLE
    if ending not in _TEXTS:
        raise Unreadable(f"The ending .{ending[:10]} does not say which format this is. Choose it.")
    text = _decoded(data)
    return Readable.AIKEN if "{" not in text and _AIKEN.search(text) else Readable.GIFT


def read_bank(data: bytes, form: Readable, beside: Mapping[str, bytes] | None = None) -> Bank:
    """The questions of a file; raises Unreadable with a sentence if it is none of its format.

    ``beside`` are files that lie beside the pool already, by path relative to it: pictures get names that are free.
    """
    if len(data) > LARGEST:
        raise Unreadable(f"The file has more than {LARGEST // 1_000_000} MB. Split it.")
    if form is Readable.MOODLE:
        return read_moodle(data, beside or {})
    text = _decoded(data)
    if len(text) > LARGEST_TEXT:
        raise Unreadable(f"The file has more than {LARGEST_TEXT // 1_000_000} million characters. Split it.")
    return read_gift(text) if form is Readable.GIFT else read_aiken(text)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"Line {line}: the file is not UTF-8 here. Save it again as UTF-8.") from error


def write_bank(bank: Bank, form: Writable) -> tuple[bytes, tuple[Loss, ...]]:
    """The bank in a format, and what was lost: on reading it and on writing it."""
    match form:
        case Writable.GIFT:
            text, losses = write_gift(bank)
            return text.encode(), (*bank.losses, *losses)
        case Writable.MOODLE:
            data, losses = write_moodle(bank)
        case Writable.QTI:
            data, losses = write_qti(bank)
    return data, (*bank.losses, *losses)
