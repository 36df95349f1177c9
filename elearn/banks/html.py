"""HTML of other systems as Markdown of the course format, and texts of any format as Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from elearn.banks.model import LeftOut, Losses
from elearn.banks.texts import clean, escaped, from_plain, is_markup, joined, one_line, safe_markdown

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul", "img",
})  # fmt: skip
_STRONG, _EMPHASIS = frozenset({"b", "strong"}), frozenset({"i", "em", "cite", "dfn"})
_KNOWN = _STRONG | _EMPHASIS | {"a", "code", "kbd", "samp", "tt", "br", "span", "font", "u", "small", "sub", "sup"}
LONGEST_TEXT = 100_000  # characters: beyond it, malformed HTML takes too long to read
_DEEPEST = 40
_SUB = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_SUP = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_NO_WORD = re.compile(r"[^\w.-]")
_PLUGIN = re.compile(r"@@PLUGINFILE@@/+")


@dataclass(slots=True)
class _Node:
    """An element, or a text if it has no name."""

    name: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["_Node"] = field(default_factory=list)


class _Tree(HTMLParser):
    """A tree of whatever is given; elements that are not closed end with their parent."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("div")
        self.open = [self.root]

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pass over ``<![ … ]>``, also where its keyword is none, which the library takes for a fault of its own."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.rawdata.find(">", i) + 1 or -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", *_BLOCKS) and self.open[-1].name == "p" and tag != "img":
            self.open.pop()
        if tag == self.open[-1].name and tag in ("li", "td", "th", "tr", "dt", "dd"):
            self.open.pop()
        node = _Node(tag, attributes={name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID and len(self.open) < _DEEPEST:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        names = [node.name for node in self.open[1:]]
        if tag in names:
            del self.open[len(names) - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        before = self.open[-1].children[-1:]
        if before and not before[0].name:
            before[0].text += data  # one text, so that what is escaped is seen whole
        else:
            self.open[-1].children.append(_Node("", data))


def as_markdown(text: str, form: str, losses: Losses) -> str:
    """A text of a format (``html``, ``markdown``, ``plain``, ``moodle``: HTML or plain, as it looks) as Markdown."""
    checked_length(text)
    if form == "html":
        return markdown_of(text, losses)
    if form == "markdown":
        return safe_markdown(text, losses)
    if form == "moodle" and is_markup(text):
        return markdown_of(re.sub(r"\n\s*\n", "<p>", text.strip()), losses)
    return from_plain(text)


def checked_length(text: str) -> str:
    """The text, if it is not longer than a question's may be. Raises LeftOut."""
    if len(text) > LONGEST_TEXT:
        raise LeftOut(f"A text has more than {LONGEST_TEXT:,} characters. Shorten it, or put it into a lesson.")
    return text


def markdown_of(html: str, losses: Losses) -> str:
    """HTML as Markdown; what has no counterpart loses its look, not its words."""
    tree = _Tree()
    tree.feed(_PLUGIN.sub("@@PLUGINFILE@@/", clean(html)))
    tree.close()
    return _Writer(losses).blocks(tree.root.children).strip("\n")


def running(markdown: str, losses: Losses) -> str:
    """The Markdown of an answer or a half of a pair: one line of running text."""
    text = markdown
    if "![" in text:
        losses.add("a picture in an answer", "Answers are words; the picture's alternative text was kept.")
        text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text)
    if "\n" not in text.strip():
        return text.strip()  # even if it begins like a list: 1999. is a year
    if "\n\n" in text.strip() or re.search(r"^(?:[*-] |\d+[.)] |\|)", text, re.MULTILINE):
        losses.add("paragraphs in an answer", "An answer is one paragraph: they were joined.")
        text = re.sub(r"^(?:[*-] |\d+[.)] |#{4,6} |> ?)", "", text, flags=re.MULTILINE)
    return one_line(text)


class _Writer:
    def __init__(self, losses: Losses) -> None:
        self.losses = losses

    def blocks(self, nodes: Sequence[_Node]) -> str:
        """Nodes as blocks; runs of text and of inline elements are paragraphs."""
        parts: list[str] = []
        run: list[_Node] = []
        for node in nodes:
            if node.name in _SILENT:
                continue
            if node.name in _BLOCKS or any(child.name in _BLOCKS for child in node.children):
                parts += [self.paragraph(run), self.block(node)]
                run = []
            else:
                run.append(node)
        return joined(*parts, self.paragraph(run))

    def paragraph(self, nodes: Sequence[_Node]) -> str:
        """Inline nodes as a paragraph, or several where lines are broken twice."""
        parts = re.split(r"(?: *\ue000){2,} *", self.inline(nodes))
        lines = ([one_line(line) for line in part.split("\ue000")] for part in parts)
        return joined(*("  \n".join(filter(None, part)) for part in lines))

    def block(self, node: _Node) -> str:
        """A block with what is in it."""
        match node.name:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                words = one_line(self.inline(node.children).replace("\ue000", " "))
                return f"#### {words}" if words else ""
            case "ul" | "ol":
                return self.list(node)
            case "blockquote":
                inner = self.blocks(node.children)
                return "\n".join(f"> {line}".rstrip() for line in inner.split("\n")) if inner else ""
            case "pre":
                code = _words(node).strip("\n")
                fence = "~~~~" if "```" in code else "```"
                return f"{fence}\n{code}\n{fence}" if code.strip() else ""
            case "hr":
                return "---"
            case "img":
                return self.picture(node)
            case "table":
                return self.table(node)
            case _:
                return self.blocks(node.children)

    def picture(self, node: _Node) -> str:
        source = node.attributes.get("src", "")
        alt = one_line(re.sub(r"[\[\]]", "", clean(node.attributes.get("alt", ""))))
        if not source.startswith("@@PLUGINFILE@@/"):
            self.losses.add("a picture from elsewhere", "Pictures are files of the course. Add it as one.")
            return escaped(alt)
        name = source.removeprefix("@@PLUGINFILE@@/").partition("?")[0]
        if not alt:
            self.losses.add(f"no alternative text of {name[:60]}", "Write it: the file's name stands in its place.")
        address = re.sub(r"[\s()<>\"]", "_", name)
        return f"![{alt or re.sub(_NO_WORD, ' ', name)}](@@PLUGINFILE@@/{address})"

    def list(self, node: _Node) -> str:
        rows = []
        start = node.attributes.get("start", "1")
        number = int(start) if re.fullmatch(r"\d{1,6}", start) else 1
        for child in node.children:
            inner = self.blocks(child.children if child.name == "li" else [child])
            if not inner:
                continue
            mark = "* " if node.name == "ul" else f"{number}) "
            number += 1
            lines = re.sub(r"\n\n(?=\s*(?:[*] |\d+\) ))", "\n", inner).split("\n")
            rows.append("\n".join([f"{mark}{lines[0]}", *(f"{' ' * len(mark)}{line}".rstrip() for line in lines[1:])]))
        return "\n".join(rows)

    def table(self, node: _Node) -> str:
        rows = [
            [one_line(self.blocks(cell.children)) for cell in row.children if cell.name in ("td", "th")]
            for row in _all(node, "tr")
        ]
        rows = [row for row in rows if row]
        if not rows:
            return self.blocks([child for child in node.children if child.name != "tr"])
        width = max(map(len, rows))
        lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])

    def inline(self, nodes: Sequence[_Node]) -> str:
        """Nodes as running text; a broken line is U+E000."""
        return "".join(map(self.span, nodes))

    def span(self, node: _Node) -> str:
        if not node.name:
            return _escaped_run(node.text)
        if node.name in _SILENT:
            return ""
        if node.name == "br":
            return "\ue000"
        if node.name == "img":
            return escaped(node.attributes.get("alt", ""))
        if node.name in ("code", "kbd", "samp", "tt"):
            words = one_line(_words(node))
            return f"`{words}`" if words and "`" not in words else escaped(words)
        inner = self.inline(node.children)
        if node.name in ("sub", "sup"):
            signs = one_line(_words(node))
            table = _SUB if node.name == "sub" else _SUP
            if signs and all(ord(sign) in table for sign in signs):
                return signs.translate(table)
            self.losses.add(f"a {'lowered' if node.name == 'sub' else 'raised'} text", "Its words were kept.")
            return inner
        if node.name in _STRONG:
            return _marked(inner, "**")
        if node.name in _EMPHASIS:
            return _marked(inner, "*")
        if node.name == "a":
            return self.link(node, inner)
        if node.name not in _KNOWN:
            self.losses.add(f"<{node.name[:20]}>", "The course format has no such thing; its words were kept.")
        return inner

    def link(self, node: _Node, inner: str) -> str:
        address = clean(node.attributes.get("href", "")).strip()
        words = one_line(inner.replace("\ue000", " "))
        if re.fullmatch(r"(?:https://|mailto:)[^\s()<>\"\\]+", address) and words:
            return f"[{words}]({address})"
        if address:
            self.losses.add(f"the link {address[:60]}", "Only https addresses are kept; its words were.")
        return inner


def _escaped_run(text: str) -> str:
    """Text inside a paragraph, with its outer spaces."""
    words = escaped(one_line(text))
    if not words:
        return " " if text else ""
    return f"{' ' if text[:1].isspace() else ''}{words}{' ' if text[-1:].isspace() else ''}"


def _marked(inner: str, mark: str) -> str:
    """Words between marks, whose outer spaces stand outside of them."""
    words = inner.strip()
    if not words or "\ue000" in words or words.startswith("*") or words.endswith("*"):
        return inner
    start = len(inner) - len(inner.lstrip())
    return f"{inner[:start]}{mark}{words}{mark}{inner[start + len(words) :]}"


def _words(node: _Node) -> str:
    return node.text if not node.name else "".join(map(_words, node.children))


def _all(node: _Node, name: str) -> list[_Node]:
    found = []
    for child in node.children:
        found += [child] if child.name == name else _all(child, name) if child.name != "table" else []
    return found
