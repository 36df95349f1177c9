"""Keeps the catalogues of ``elearn/translations`` in step with the source.

``python -m tests.tools.translations`` adds what is missing (empty, to be translated), removes what is no longer said,
and notes in ``messages.pot`` what officers meet. Strings are found where they are marked (``gettext``, ``ngettext``,
``marked``, ``marked_forms``, ``_`` and ``{% trans %}``) and in the sentences of refusals.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import elearn
from elearn.core.refusals import Refusal
from elearn.web.catalogues import AWAITING, DESK, LEARNER

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "elearn" / "translations"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "ngettext_in": (2, 3),
    "marked": None,
    "marked_forms": (1, 2),
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.i18n"}}

COMPLETE = ("ru",)
"""Languages that say everything."""

AT_LEAST_LEARNERS = ("kk", "ky", "tg", "tk", "uz")
"""Languages that say at least what officers meet; no native speaker has read them yet. uz-Cyrl is made of uz."""

DESK_FILES = (
    "accounts/agencies/",
    "accounts/changed",
    "accounts/cohorts/",
    "accounts/handed_pages",
    "accounts/importing/",
    "accounts/inviting/forms",
    "accounts/inviting/pages",
    "accounts/inviting/rules",
    "accounts/leaving",
    "accounts/people_views",
    "accounts/permission_",
    "assessment/analysis",
    "assessment/by_hand/",
    "assessment/disputes/",
    "assessment/extra_time",
    "authoring/",
    "certificates/desk",
    "certificates/replacing",
    "banks/",
    "content/",
    "jobs/rules",
    "oversight/forms",
    "oversight/pages",
    "oversight/work",
    "learning/assigning/",
    "reporting/",
    "rights/merging",
    "rights/pages",
    "rights/refusals",
    "secret",
    "templates/accounts/agenc",
    "templates/accounts/new_person",
    "templates/accounts/one_time_code",
    "templates/accounts/people",
    "templates/accounts/permissions",
    "templates/accounts/person",
    "templates/assessment/correction",
    "templates/assessment/disputes",
    "templates/assessment/extra_time",
    "templates/assessment/marking",
    "templates/assessment/replay",
    "templates/authoring/",
    "templates/learning/assigning",
    "templates/certificates/of_person",
    "templates/mistakes/answer",
    "templates/mistakes/list",
    "templates/oversight/",
    "templates/reporting/",
    "templates/rights/erase",
    "templates/rights/merge",
)
"""What the paths of files below ``elearn`` begin with that only those meet who write, mark, manage or administer.
A message is for officers if any other file says it."""

SILENT = ("elearn._shipped", "elearn.__main__", "elearn.cli", "elearn.demo", "elearn.serving")
"""Commands and what belongs to them; they speak English."""

_OF_COMMANDS = ("elearn.audit", "elearn.backup", "elearn.db", "elearn.mail", "elearn.settings")
"""Packages whose refusals nobody but who runs a command meets."""

Message = str | tuple[str, str]


@cache
def said() -> dict[Message, bool]:
    """Every message the source says, and whether officers meet it; a pair is a singular with its plural."""
    found: dict[Message, bool] = {}
    folder = str(ROOT / "elearn")
    there = (
        (file, message if isinstance(message, str) else (message[0], message[1]))
        for file, _, message, _, _ in extract_from_dir(folder, METHODS, OPTIONS, keywords=KEYWORDS)
    )
    for file, message in (*there, *_refusals()):
        found[message] = found.get(message, False) or not file.startswith(DESK_FILES)
    found.pop("", None)
    return found


def _refusals() -> Iterator[tuple[str, Message]]:
    """The sentences of every refusal people may see on a page, with the file that says it."""
    for module in pkgutil.walk_packages(elearn.__path__, "elearn."):
        if not module.name.startswith(SILENT):
            importlib.import_module(module.name)
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.startswith((*SILENT, *_OF_COMMANDS)):
            continue
        if kind.__module__.startswith("elearn.") and "message" in vars(kind):
            yield kind.__module__.removeprefix("elearn.").replace(".", "/"), kind.message


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
    if language in AT_LEAST_LEARNERS:
        new.header_comment += f"\n# {AWAITING}: a native speaker who has read an entry deletes this line above it."
    new.fuzzy = False
    for message in said():
        known = old.get(message if isinstance(message, str) else message[0])
        if known is not None and known.id == message:
            new.add(message, known.string, user_comments=known.user_comments)
        else:
            new.add(message, user_comments=[AWAITING] if language in AT_LEAST_LEARNERS else [])
    return new


def template() -> Catalog:
    """What there is to translate, and who meets it."""
    new = Catalog(project="elearn", charset="utf-8")
    new.header_comment = "# What elearn says, in English; «learner» marks what officers meet, «desk» the rest."
    new.fuzzy = False
    for message, is_learners in said().items():
        new.add(message, auto_comments=[LEARNER if is_learners else DESK])
    return new


def write(found: Catalog, path: Path) -> Path:
    """Write a catalogue; its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, found, width=110, no_location=True, omit_header=False, sort_output=True)
    # A date in the header would make every run a change.
    lines = [line for line in path.read_text().splitlines() if not line.startswith(('"POT-Creation', '"PO-Revision'))]
    path.write_text("\n".join(lines) + "\n")
    return path


if __name__ == "__main__":
    print(write(template(), TRANSLATIONS / "messages.pot"))
    for name in (*COMPLETE, *AT_LEAST_LEARNERS):
        print(write(in_step(name), TRANSLATIONS / name / "messages.po"))
