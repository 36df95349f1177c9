"""The certificate on paper: one A4 page, PDF/A-2a and PDF/UA-1, equal bytes for equal words."""

import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno
import typst

from elearn.core.refusals import Invalid
from elearn.markup.lattice import CERTIFICATE, panel_svg
from elearn.printing.typefaces import SERIF, TEXT, missing_letters, typefaces
from elearn.printing.words import printable

_FOLDER: Final = Path(__file__).parent
_TEMPLATE: Final = _FOLDER / "paper.typ"
_INK: Final = "#16222B"
_LANGUAGE: Final = re.compile(r"(?P<language>[a-z]{2,3})(-[A-Z][a-z]{3})?(-(?P<region>[A-Z]{2}))?")

_IN_SERIF: Final = frozenset({"kind_title", "holder_name", "course_title"})
_DATE_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
_TOO_LONG: Final = "certificate-too-long"
"""What the template says when no size is left to try."""


class CertificateLettersMissing(Invalid):
    """The typefaces of the certificate lack letters of its text; ``letters`` names them."""

    message = "The certificate cannot be printed: its typefaces lack %(letters)s."

    def __init__(self, letters: str) -> None:
        self.letters = letters
        named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
        super().__init__(letters=named)


class CertificateTooLong(Invalid):
    """The words of the certificate do not fit on its page at a size that can be read."""

    message = "The certificate cannot be printed: its words do not fit on one page."


@dataclass(frozen=True)
class PrintedCertificate:
    """Every word on a certificate, in the language it is printed in.

    ``number`` is the code as people read it. ``fields`` are label and value, three in a row. ``verify_text``
    follows the note in bold; ``verify_url`` is where it leads and what the QR code holds. ``language`` is BCP 47.
    """

    issuer_name: str
    number: str
    kind_title: str
    holder_name: str
    holder_name_latin: str | None
    statement: str
    course_title: str
    fields: tuple[tuple[str, str], ...]
    signature_label: str
    stamp_label: str
    note: str
    verify_url: str
    verify_text: str
    language: str
    issued_at: datetime
    number_label: str = "No."


def print_certificate(certificate: PrintedCertificate) -> bytes:
    """Print a certificate as PDF.

    Raises ``CertificateLettersMissing`` or ``CertificateTooLong``; ``ValueError`` for an instant without a time
    zone and for a language that is none.
    """
    language = _LANGUAGE.fullmatch(certificate.language)
    if language is None:
        raise ValueError(f"{certificate.language!r} is not a language")
    if certificate.issued_at.utcoffset() is None:
        raise ValueError("the instant of issue has no time zone")
    issued_at = certificate.issued_at.astimezone(UTC).replace(microsecond=0)
    words = _words(certificate)
    missing = "".join(sorted({letter for family, text in _texts(words) for letter in missing_letters(text, family)}))
    if missing:
        raise CertificateLettersMissing(missing)
    data = words | {
        "document_title": f"{words['kind_title']}, {words['holder_name']}, {words['course_title']}",
        "lang": language["language"],
        "region": language["region"],
        "verify_url": certificate.verify_url,
        "issued_on": {part: getattr(issued_at, part) for part in _DATE_PARTS},
    }
    inputs = {
        "data": json.dumps(data, ensure_ascii=False),
        "strip": _strip(),
        "qr": _qr(certificate.verify_url),
    }
    try:
        document = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-2a", "ua-1"])
    except typst.TypstError as error:
        if _TOO_LONG in error.message:
            raise CertificateTooLong from None
        raise
    if not isinstance(document, bytes):
        raise TypeError("a certificate came out as several files")
    return document


def _words(certificate: PrintedCertificate) -> dict[str, Any]:
    """Give every printed text by its name, ready for paper."""
    latin = certificate.holder_name_latin
    return {
        "issuer_name": printable(certificate.issuer_name),
        "number": printable(f"{certificate.number_label} {certificate.number}"),
        "kind_title": printable(certificate.kind_title),
        "holder_name": printable(certificate.holder_name),
        "holder_name_latin": None if latin is None else printable(latin),
        "statement": printable(certificate.statement),
        "course_title": printable(certificate.course_title),
        "fields": [[printable(label), printable(value)] for label, value in certificate.fields],
        "signature_label": printable(certificate.signature_label),
        "stamp_label": printable(certificate.stamp_label),
        "note": printable(certificate.note),
        "verify_text": printable(certificate.verify_text),
    }


def _texts(words: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List every text with its typeface."""
    for name, value in words.items():
        family = SERIF if name in _IN_SERIF else TEXT
        if isinstance(value, str):
            yield family, value
        elif value is not None:
            yield from ((family, text) for pair in value for text in pair)


@cache
def _strip() -> str:
    return panel_svg(CERTIFICATE, 236, 794, prefix="strip-")


def _qr(address: str) -> str:
    """Draw the QR code; its mask is fixed, because trying all eight costs as much time as half a certificate."""
    code = segno.make_qr(address, error="m", boost_error=False, mask=1)
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=0, dark=_INK, omitsize=True, xmldecl=False, nl=False)
    return drawing.getvalue().decode()


def _compiler() -> typst.Compiler:
    """Give this thread its own compiler, because a compiler keeps the words of its last certificate."""
    compiler: typst.Compiler | None = getattr(_of_this_thread, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(input=str(_TEMPLATE), root=str(_FOLDER), font_paths=typefaces())
        _of_this_thread.compiler = compiler
    return compiler


_of_this_thread: Final = threading.local()
