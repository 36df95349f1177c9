"""The file that somebody is handed: all that is held about them, as JSON for machines and as a page for people."""

import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from flask import render_template

from elearn.rights.pages import BundlePage, BundleTable
from elearn.rights.queries import Held, KeptFile
from elearn.rights.titles import TITLES, column_title
from elearn.rights.values import value_in_words
from elearn.web.i18n import gettext, instant, language


def write_bundle(target: IO[bytes], held: Sequence[Held], files: Iterable[KeptFile], *, now: datetime) -> None:
    """Write ``data.json``, ``data.html`` with its stylesheet, and the files of answers into a ZIP that is begun."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        told = {
            each.name: [dict(zip(each.columns, map(_plain, row), strict=True)) for row in each.rows] for each in held
        }
        whole = {"made_at": now.isoformat(), **told}
        archive.writestr("data.json", json.dumps(whole, ensure_ascii=False, indent=1))
        archive.writestr("data.html", _page(held, now))
        archive.writestr("data.css", render_template("rights/bundle.css"))
        for file in files:
            archive.writestr(f"files/{file.name}", file.body, zipfile.ZIP_STORED)


def add_papers(target: IO[bytes], papers: Iterable[tuple[str, bytes]]) -> None:
    """Add certificates to a bundle: number and PDF."""
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for code, paper in papers:
            archive.writestr(f"certificates/{code}.pdf", paper)


def _page(held: Sequence[Held], now: datetime) -> str:
    tables = tuple(
        BundleTable(
            each.name,
            gettext(TITLES[each.name]),
            tuple(column_title(each.name, column) for column in each.columns),
            tuple(_in_words(each, row) for row in each.rows),
        )
        for each in held
    )
    return render_template("rights/bundle.html", page=BundlePage(language(), instant(now), tables))


def _in_words(held: Held, row: Sequence[Any]) -> tuple[str, ...]:
    named = dict(zip(held.columns, row, strict=True))
    return tuple(value_in_words(held.name, column, named) for column in held.columns)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value
