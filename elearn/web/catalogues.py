"""The words of the interface in each language, from ``elearn/translations``, and how far each of them is.

Catalogues are read from the ``.po`` files when a language is first used, so there is no build step. What one of them
lacks is said by the next in the chain of its language (``core.languages``). Uzbek in Cyrillic letters has no file: it
is made of Uzbek in Latin ones.

Two comments are for machines. In ``messages.pot``, which has everything there is to say, ``#. learner`` stands at what
officers meet and ``#. desk`` at what only those meet who write, mark, manage or administer. In the catalogues
``# awaiting native review`` stands at what no native speaker has read yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from elearn.core.languages import SOURCE, chain
from elearn.core.uzbek import cyrillic
from elearn.shipped import PACKAGE

AWAITING: Final = "awaiting native review"
LEARNER: Final = "learner"
DESK: Final = "desk"

TRANSLATIONS: Final = PACKAGE / "translations"

_MADE_OF: Final = {"uz-Cyrl": "uz"}


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of a language, with what it falls back to; English is the source and has none."""
    written = _written(language)
    found = NullTranslations() if written is None else _compiled(written, made=language in _MADE_OF)
    following = chain(language)[1:]
    if following:
        found.add_fallback(catalogue(following[0]))
    return found


def _written(language: str) -> Catalog | None:
    """The file of a language, or of the one it is made of; None if it has none."""
    name = _MADE_OF.get(language, language)
    path = TRANSLATIONS / name / "messages.po"
    if not path.is_file():
        return None
    with path.open("rb") as source:
        return read_po(source)


def strings_of(message: Message) -> tuple[str, ...]:
    """What a message is translated to, one string for each plural form; empty if any of them is missing."""
    found: Sequence[str] = (message.string,) if isinstance(message.string, str) else message.string or ()
    return tuple(found) if all(found) else ()


def _compiled(written: Catalog, *, made: bool) -> Translations:
    """What can be looked up. A message without a translation is left out, so that it falls back."""
    for message in list(written):
        strings = strings_of(message)
        if message.id and not strings:
            written.delete(message.id)
        elif message.id and made:
            strings = tuple(map(cyrillic, strings))
            message.string = strings if message.pluralizable else strings[0]
    target = BytesIO()
    write_mo(target, written)
    target.seek(0)
    return Translations(target)


@dataclass(frozen=True, slots=True)
class Share:
    """How many messages there are, are translated, and still wait for a native speaker."""

    all: int = 0
    translated: int = 0
    awaiting: int = 0

    @property
    def reviewed(self) -> int:
        """How many are translated and read by a native speaker."""
        return self.translated - self.awaiting


@dataclass(frozen=True, slots=True)
class State:
    """How far a language is: with what officers meet, and with the rest."""

    learner: Share
    desk: Share

    @property
    def is_awaiting(self) -> bool:
        """Whether any of what officers meet waits for a native speaker."""
        return self.learner.awaiting > 0

    @property
    def is_complete_for_learners(self) -> bool:
        """Whether officers never meet another language on a page of the site."""
        return self.learner.translated == self.learner.all > 0


@cache
def state_of(language: str) -> State:
    """How far the interface is in a language. The source is all there; a language without a catalogue has nothing."""
    shares = {LEARNER: Share(), DESK: Share()}
    written = _written(language)
    with (TRANSLATIONS / "messages.pot").open("rb") as source:
        template = read_po(source)
    for message in template:
        if not message.id:
            continue
        found = written.get(message.id) if written is not None else None
        is_there = language == SOURCE or (found is not None and bool(strings_of(found)))
        is_awaiting = is_there and found is not None and AWAITING in found.user_comments
        part = LEARNER if LEARNER in message.auto_comments else DESK
        share = shares[part]
        shares[part] = Share(share.all + 1, share.translated + is_there, share.awaiting + is_awaiting)
    return State(shares[LEARNER], shares[DESK])
