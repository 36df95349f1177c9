"""Callouts: the alerts of git hosts, and the house's five in the same shape."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol
from xml.etree import ElementTree

from elearn.markup.blocks import List, Quote, blocks_of
from elearn.markup.labels import Labels, labels_in
from elearn.markup.source import SLOT_CLOSE, SLOT_OPEN
from elearn.markup.text import Fault, Line
from elearn.markup.tree import put_atom

ALERTS = {
    "NOTE": "info",
    "TIP": "lightbulb",
    "IMPORTANT": "message-square-warning",
    "WARNING": "triangle-alert",
    "CAUTION": "octagon-alert",
}
HOUSE = {"LAW": "scale", "FATF": None, "RED-FLAG": "flag", "CASE": "briefcase", "KEY": "bookmark"}
_ICONS: dict[str, str | None] = {**ALERTS, **HOUSE}
_NEEDS_TITLE = {
    "LAW": "Name the law after [!LAW], as in: > [!LAW] International Convention, 1999, Art. 12 (2)",
    "FATF": "Name the Recommendation after [!FATF], as in: > [!FATF] R.20",
    "RED-FLAG": "Say what was done after [!RED-FLAG], as in: > [!RED-FLAG] Several loans in a few days",
}
_PARTS = ("seen", "innocent", "apart")


class Page(Protocol):
    """What a callout needs of the builder it stands in."""

    labels: Labels
    faults: list[Fault]

    def fault(self, place: Line, code: str, message: str) -> None:
        """Note a fault."""

    def put_words(self, element: ElementTree.Element, line: Line) -> None:
        """Let the element say a line of Markdown."""

    def put_lines(
        self, parent: ElementTree.Element, lines: Sequence[Line], depth: int, *, is_tight: bool = False
    ) -> None:
        """Put the blocks of these lines under the element."""


def put_callout(parent: ElementTree.Element, quote: Quote, page: Page, depth: int) -> None:
    """Put a callout under the element, or say why it is none."""
    kind = quote.kind or ""
    if kind not in _ICONS:
        near = get_close_matches(kind.upper(), _ICONS, n=1, cutoff=0.5)
        meant = f"Did you mean [!{near[0]}]?" if near else f"There are {', '.join(_ICONS)}."
        page.fault(quote.place, "S013", f"There is no callout [!{kind[:20]}]. {meant}")
        page.put_lines(ElementTree.SubElement(parent, "blockquote"), quote.lines, depth + 1)
        return
    if quote.title is None and kind in _NEEDS_TITLE:
        page.fault(quote.place, "S015", _NEEDS_TITLE[kind])
    if quote.title is not None and kind in ALERTS:
        page.fault(
            quote.title, "S016", f"[!{kind}] takes no words on its own line. Put them on the next line, after >."
        )
    if not any(not line.is_blank for line in quote.lines):
        page.fault(quote.place, "S022", f"The callout [!{kind}] is empty. Write its text on the next lines, after >.")
    css = kind.lower()
    aside = ElementTree.SubElement(parent, "aside", {"class": f"callout {css}"})
    _put_head(aside, css, quote, page)
    if kind == "RED-FLAG":
        _put_red_flag(aside, quote, page, depth)
    else:
        page.put_lines(ElementTree.SubElement(aside, "div", {"class": "callout-body"}), quote.lines, depth + 1)


def _put_head(aside: ElementTree.Element, css: str, quote: Quote, page: Page) -> None:
    head = ElementTree.SubElement(aside, "p", {"class": "callout-head"})
    icon = _ICONS[quote.kind or ""]
    if icon is not None:
        put_atom(head, "em", f"{SLOT_OPEN}icon:{icon}{SLOT_CLOSE}")
    put_atom(head, "span", page.labels.callouts[css], "callout-kind")
    if quote.title is None:
        return
    if css == "red-flag":
        title = ElementTree.SubElement(aside, "p", {"class": "callout-title"})
        page.put_words(title, quote.title)
    else:
        source = ElementTree.SubElement(head, "span", {"class": "callout-source"})
        page.put_words(source, quote.title)


def _put_red_flag(aside: ElementTree.Element, quote: Quote, page: Page, depth: int) -> None:
    blocks, faults = blocks_of(quote.lines)
    page.faults.extend(faults)
    only = blocks[0] if len(blocks) == 1 else None
    if not isinstance(only, List) or len(only.items) != 3:
        message = "A red flag has exactly three list items: what is seen, what may be innocent, what tells them apart."
        page.fault(quote.place, "S014", message)
        page.put_lines(ElementTree.SubElement(aside, "div", {"class": "callout-body"}), quote.lines, depth + 1)
        return
    names = ElementTree.SubElement(aside, "dl")
    for item, part, label in zip(only.items, _PARTS, page.labels.red_flag, strict=True):
        row = ElementTree.SubElement(names, "div", {"class": part})
        put_atom(row, "dt", label)
        lines = (_without_label(item.lines[0], label), *item.lines[1:])
        page.put_lines(ElementTree.SubElement(row, "dd"), lines, depth + 2, is_tight=True)


def _without_label(line: Line, label: str) -> Line:
    """The first line of a part without the words that the page prints itself."""
    names = {label, *labels_in("en").red_flag, "What may be innocent"}
    found = re.match(rf"(?:{'|'.join(map(re.escape, sorted(names)))}):[ ]*", line.text, re.IGNORECASE)
    return line.cut(found.end()) if found else line
