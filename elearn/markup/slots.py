"""Fill the slots of rendered HTML with links, pictures and icons. What is put in here is trusted: it is made by us."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape

from elearn.markup.source import SLOT_CLOSE, SLOT_OPEN

_ICON = re.compile(f"<em>{SLOT_OPEN}icon:([a-z-]+){SLOT_CLOSE}</em>")
_LINK = re.compile(r'<a href="link-(\d+)">')
_BLOCK = re.compile(f"<h6>{SLOT_OPEN}([^{SLOT_CLOSE}]*){SLOT_CLOSE}</h6>\n?")
_GAP = re.compile(f"{SLOT_CLOSE}gap([0-9]+){SLOT_CLOSE}")
_SILENT = re.compile(r'<(p class="callout-head"|dt)>.*?</(?:p|dt)>', re.DOTALL)
_NOTES = re.compile(r'<sup id="[^"]*">.*?</sup>|<a class="footnote-backref".*?</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BREAKING = re.compile(r"</?(?:p|div|li|ul|ol|dl|dt|dd|td|th|tr|table|h\d|pre|blockquote|br|section|aside)\b[^>]*>")
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")  # those that must not break a line stay


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads. ``is_term``: to a word of the glossary; ``is_external``: out of the platform."""

    href: str
    is_term: bool = False
    is_external: bool = False


ICONS = "/static/icons.svg"  # in what is kept; pages get the address with its hash (see ``markup.safe``)


def icon(name: str) -> str:
    """An icon of the sprite, 18 pixels, for eyes only."""
    use = f'<use href="{ICONS}#{name}"></use>'
    return f'<svg class="icon icon-18" aria-hidden="true" focusable="false">{use}</svg>'


def fill(html: str, link: Callable[[int], Target | None], block: Callable[[str], str]) -> str:
    """Put icons, links (by number; None: a link that leads nowhere) and blocks (by the slot's name) into the slots."""

    def linked(found: re.Match[str]) -> str:
        target = link(int(found.group(1)))
        if target is None:
            return "<a>"
        css = ' class="term"' if target.is_term else ' class="external"' if target.is_external else ""
        rel = ' rel="noopener noreferrer"' if target.is_external else ""
        return f'<a{css} href="{escape(target.href)}"{rel}>'

    html = _LINK.sub(linked, html)
    if SLOT_OPEN not in html:
        return html
    html = _ICON.sub(lambda found: icon(found.group(1)), html)
    return _BLOCK.sub(lambda found: block(found.group(1)), html)


def slot_line(name: str) -> str:
    """A line of source that becomes a slot of that name."""
    return f"{SLOT_OPEN}{name}{SLOT_CLOSE}"


def gap_mark(number: int) -> str:
    """What stands in a line of source where a text has that gap (from 0); a line may begin with it."""
    return f"{SLOT_CLOSE}gap{number}{SLOT_CLOSE}"


def split_at_gaps(html: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The pieces of rendered HTML between the gaps that can be filled in, and the gaps' numbers in their order.

    A gap inside a tag or a link is none: no field may stand there.
    """
    pieces: list[str] = []
    numbers: list[int] = []
    end = 0
    for found in _GAP.finditer(html):
        at = found.start()
        is_in_tag = html.rfind("<", 0, at) > html.rfind(">", 0, at)
        is_in_link = max(html.rfind("<a ", 0, at), html.rfind("<a>", 0, at)) > html.rfind("</a>", 0, at)
        if not is_in_tag and not is_in_link:
            pieces.append(_without_gaps(html[end:at]))
            numbers.append(int(found.group(1)))
            end = found.end()
    return (*pieces, _without_gaps(html[end:])), tuple(numbers)


def _without_gaps(html: str) -> str:
    return without_slots(_GAP.sub("…", html))


def without_slots(html: str) -> str:
    """The HTML without slots that stood where none can be filled (inside code that was not closed, say)."""
    return html.replace(SLOT_OPEN, "").replace(SLOT_CLOSE, "")


def plain_text(html: str) -> str:
    """The words of rendered HTML on one line, without the labels that the page prints itself."""
    if "<" not in html and SLOT_OPEN not in html:
        return _SPACES.sub(" ", unescape(html)).strip()
    html = _BLOCK.sub(" ", _NOTES.sub("", _SILENT.sub(" ", html)))
    return _SPACES.sub(" ", unescape(_TAG.sub("", _BREAKING.sub(" ", html)))).strip()
