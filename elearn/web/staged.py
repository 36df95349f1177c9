"""Pages made in two stages: what all readers share is rendered once, what is one reader's is filled in each time.

Jinja renders the page with *slots* (a name, a token, a count) and *choices* (a tick where something was read). The
result is cut into pieces and kept in memory; filling it in is one pass over the pieces, some twenty times cheaper than
rendering. While a page is made for everybody, ``is_staging()`` is true, and whoever draws something of one person's
draws a slot instead.
"""

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from flask import Flask, g
from markupsafe import Markup, escape

from elearn.markup.safe import drawn

# A sign that no text can hold, because nobody outside this process knows it.
_SIGN = f"\x02{secrets.token_hex(8)}"
_CUT = re.compile(re.escape(_SIGN) + "([=?:.])([^\x03]*)\x03")

PERSON = "person"
UNREAD = "unread"
READING = "reading"
TOKEN = "token"  # noqa: S105 (the name of a slot)


def slot(name: str) -> Markup:
    """A place in a staged page that is filled in for each reader."""
    return drawn(f"{_SIGN}={name}\x03")


def when(name: str, then: str = "", otherwise: str = "") -> Markup:
    """A choice in a staged page: the first where the reader's state has ``name``, else the second. They do not nest."""
    return drawn(f"{_SIGN}?{name}\x03{escape(then)}{_SIGN}:\x03{escape(otherwise)}{_SIGN}.\x03")


def is_staging() -> bool:
    """Whether what is being rendered is for every reader."""
    return bool(g.get("staging", False))


@contextmanager
def _staging() -> Iterator[None]:
    g.staging = True
    try:
        yield
    finally:
        g.staging = False


def init_staged(app: Flask) -> None:
    """Give templates ``slot`` and ``when``."""
    app.jinja_env.globals.update(slot=slot, when=when)


class Staged:
    """A page cut into pieces: text, slots and choices."""

    def __init__(self, source: str) -> None:
        pieces = _CUT.split(source)  # text, kind, name, text, kind, name, ... text
        self._pieces = [pieces[0]]
        self._slots: list[tuple[int, str]] = []  # which piece, its name
        self._choices: list[tuple[int, str, str, str]] = []  # which piece, its name, what then, what otherwise
        at = 1
        while at < len(pieces):
            kind, name, text = pieces[at : at + 3]
            if kind == "=":
                self._slots.append((len(self._pieces), name))
                at += 3
            else:
                self._choices.append((len(self._pieces), name, text, pieces[at + 5]))
                text = pieces[at + 8]
                at += 9
            self._pieces += ["", text]

    def fill(self, state: AbstractSet[str], slots: Mapping[str, str]) -> str:
        """The page of one reader. What fills a slot is escaped unless it is Markup."""
        made = self._pieces.copy()
        for at, name in self._slots:
            made[at] = escape(slots[name])
        for at, name, then, otherwise in self._choices:
            made[at] = then if name in state else otherwise
        return "".join(made)


class Stage:
    """Staged pages by key; the least recently used ones are forgotten."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Staged] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, key: Hashable, render: Callable[[], str], *, keeps: bool = True) -> Staged:
        """The staged page of a key, rendered now if this process does not have it.

        ``keeps``: False for a page that is made for once, whatever its key.
        """
        found = self._kept.get(key) if keeps else None
        if found is not None:
            return found
        with _staging():
            found = Staged(render())
        if not keeps:
            return found
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return found
