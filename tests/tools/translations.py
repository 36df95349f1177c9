"""Keeps the catalogues of ``elearn/translations`` in step with the source.

``python -m tests.tools.translations`` adds what is missing (empty, to be translated) and removes what is no longer
said. Strings are found where they are marked (``gettext``, ``ngettext``, ``marked``, ``_`` and ``{% trans %}``) and
in the sentences of refusals.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import elearn
from elearn.core.refusals import Refusal

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "elearn" / "translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "ngettext_in": (2, 3), "marked": None}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.i18n"}}

Message = str | tuple[str, str]


def said() -> set[Message]:
    """Every message the source says; a pair is a singular with its plural."""
    found: set[Message] = set()
    folder = str(ROOT / "elearn")
    for _, _, message, _, _ in extract_from_dir(folder, METHODS, OPTIONS, keywords=KEYWORDS):
        found.add(message if isinstance(message, str) else (message[0], message[1]))
    return (found | set(_refusals())) - {""}


def _refusals() -> Iterator[str]:
    """The sentences of every refusal people may see on a page."""
    for module in pkgutil.walk_packages(elearn.__path__, "elearn."):
        if not module.name.startswith(
            ("elearn._shipped", "elearn.__main__", "elearn.cli", "elearn.demo", "elearn.serving")
        ):
            importlib.import_module(module.name)
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.startswith(
            (
                "elearn.__main__",
                "elearn.cli",
                "elearn.demo",
                "elearn.digest",
                "elearn.serving",
                "elearn.db",
                "elearn.settings",
            )
        ):
            continue  # said by commands, which speak English
        if kind.__module__.startswith("elearn.") and "message" in vars(kind):
            yield kind.message


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is written."""
    path = TRANSLATIONS / language / "messages.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def message_ids(found: Catalog) -> set[Message]:
    """The messages of a catalogue."""
    ids: set[Message] = set()
    for message in found:
        if message.id:
            ids.add(message.id if isinstance(message.id, str) else (message.id[0], message.id[1]))
    return ids


def in_step(language: str) -> Catalog:
    """The catalogue with exactly what the source says; a new message has no translation yet."""
    old = catalogue(language)
    new = Catalog(locale=language, project="elearn", charset="utf-8")
    new.header_comment = f"# The words of elearn in the language «{language}»; English is the source."
    new.fuzzy = False
    for message in sorted(said(), key=lambda each: each if isinstance(each, str) else each[0]):
        known = old.get(message if isinstance(message, str) else message[0])
        same = known is not None and known.id == message
        new.add(message, known.string if known is not None and same else None)
    return new


def write(language: str) -> Path:
    """Bring the file of a language up to date; its path."""
    path = TRANSLATIONS / language / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    found = in_step(language)
    with path.open("wb") as target:
        write_po(target, found, width=110, no_location=True, omit_header=False, sort_output=True)
    # A date in the header would make every run a change.
    lines = [line for line in path.read_text().splitlines() if not line.startswith(('"POT-Creation', '"PO-Revision'))]
    path.write_text("\n".join(lines) + "\n")
    return path


if __name__ == "__main__":
    for name in ("ru",):
        print(write(name))
