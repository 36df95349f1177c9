"""Texts on their way: plain words to Markdown and back, Markdown made fit for a question of the course format."""

import re

from elearn.banks.model import Losses
from elearn.markup.blocks import Paragraph, spans_of
from elearn.markup.inline import without_code
from elearn.markup.render import render_inline
from elearn.markup.slots import fill, plain_text
from elearn.markup.source import fence_after
from elearn.markup.text import Line

LONGEST_TITLE = 250  # characters; a longer first paragraph stays in the stem
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPECIAL = re.compile(r"[\\`*\[\]{}|]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w{1,31};)|~(?=~)|!(?=\[)")
_LINE_START = re.compile(r"^(\s*)(?:(\d{1,9})(?=[.)](?:\s|$))|(?=[-+>#=:~](?:[\s>#=~-]|$)))", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|<![^<>]*>|<\?[^<>]*>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"\A {0,3}#{1,3}(?= |$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ ]*$")
_ATTRIBUTES = re.compile(r"\{(?=:?[ ]*(?:[#.][\w-]|[\w-]+=)[^{}]*\}[ ]*$)", re.MULTILINE)
_RELATIVE = re.compile(r"(?<![!\\])\[((?:[^\[\]\\]|\\.)*)\]\((?!https://|mailto:)[^()\s]*(?:\s+\"[^\"]*\")?\)")


def clean(text: str) -> str:
    """The text with line ends of one kind, without tabs and signs that cannot be seen."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").expandtabs(4))


def escaped(plain: str) -> str:
    """Plain words as Markdown that shows just them; line breaks stay."""

    def escape(found: re.Match[str]) -> str:
        sign = found.group()
        return {"<": "&lt;", "&": "&amp;", "~": "&#126;"}.get(sign, f"\\{sign}")

    lines = (line.strip() for line in clean(plain).strip().split("\n"))
    return guarded(_SPECIAL.sub(escape, "\n".join(lines)))


def guarded(text: str) -> str:
    """A paragraph none of whose lines begins a list, a quote, a heading or the like: ``1999. Which`` is text."""
    return _LINE_START.sub(lambda found: f"{found.group(1)}{found.group(2) or ''}\\", text) if text else text


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def plain_of(markdown: str) -> str:
    """The words of a paragraph of Markdown, without its marks."""
    lines = [Line(text, number) for number, text in enumerate(clean(markdown).split("\n"), start=1)]
    return plain_text(render_inline(lines, language="en").html)


def html_of(markdown: str) -> str:
    """A paragraph of Markdown as HTML without links."""
    lines = [Line(text, number) for number, text in enumerate(clean(markdown).split("\n"), start=1)]
    return fill(render_inline(lines, language="en").html, lambda _: None, lambda _: "").replace("<a>", "")


def safe_markdown(text: str, losses: Losses) -> str:
    """Markdown from elsewhere as a question's text may be: no tags, no headings that would begin something else."""
    text = clean(text).strip("\n")
    if "<!--" in text:
        text = _COMMENT.sub("", text)
    kept: list[str] = []
    fence: str | None = None
    for line in text.split("\n"):
        fence, is_code = fence_after(fence, line)
        fit = line if is_code else _fit(line, kept[-1] if kept else "", losses)
        kept.append(fit if fit.endswith("  ") else fit.rstrip())
    if fence is not None:
        kept.append(fence)
    return "\n".join(kept).strip("\n")


def _fit(line: str, before: str, losses: Losses) -> str:
    line = _HEADING.sub("####", _without_tags(line, losses))
    if before.strip() and "|" not in before and _UNDERLINE.match(line):
        return ""  # an underlined heading
    return _ATTRIBUTES.sub(r"\\{", line)


def _without_tags(line: str, losses: Losses) -> str:
    if "<" not in line:
        return line
    bare = without_code(line)
    if not _TAG.search(bare):
        return line
    losses.add("HTML tags in a Markdown text", "The course format has none; the words inside them were kept.")
    pieces, end = [], 0
    for found in _TAG.finditer(bare):
        pieces += [line[end : found.start()], " " if found.group().startswith("<br") else ""]
        end = found.end()
    return "".join([*pieces, line[end:]])


def portable(text: str, losses: Losses) -> str:
    """Markdown for elsewhere: links into the course become their words."""
    if "](" not in text:
        return text
    found = list(_RELATIVE.finditer(without_code(text)))
    if found:
        losses.add("a link into the course", "It leads nowhere outside of it; its words were kept.")
    for link in reversed(found):
        text = f"{text[: link.start()]}{text[link.start(1) : link.end(1)]}{text[link.end() :]}"
    return text


def titled(name: str, text: str) -> tuple[str, str]:
    """Heading and stem from a plain name and a text: a name that only repeats how the text begins is not kept twice."""
    name = one_line(clean(name))
    first, rest = _first_paragraph(text)
    if first:
        words = one_line(plain_of(first))
        beginning = name.removesuffix("...").removesuffix("…").rstrip()
        repeats = words == name or (beginning != name and words.startswith(beginning))
        if (not name or repeats) and len(words) <= LONGEST_TITLE and words:
            return one_line(first), rest
    if name:
        return escaped(name), text
    words = one_line(plain_of(first or text))[:80].strip()
    return escaped(f"{words}…" if words else "Question"), text


def _first_paragraph(text: str) -> tuple[str, str]:
    lines = [Line(line, number) for number, line in enumerate(text.split("\n"), start=1)]
    spans = spans_of(lines)
    if not spans or not isinstance(spans[0][0], Paragraph) or re.match(r"\s*(?::\s|\[\^|\*\[|\[[^\]]*\]:)", text):
        return "", text
    end = spans[0][2]
    first = "\n".join(line.text for line in spans[0][0].lines)
    if "[[" in first or "![" in first:
        return "", text
    return first, "\n".join(line.text for line in lines[end:]).strip("\n")


def joined(*texts: str) -> str:
    """Texts as paragraphs after one another."""
    return "\n\n".join(text for text in texts if text.strip())


def is_markup(text: str) -> bool:
    """Whether a text of Moodle's automatic format holds HTML."""
    return _TAG.search(text) is not None or re.search(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,31});", text) is not None


def from_plain(text: str) -> str:
    """Plain text, whose blank lines part paragraphs, as Markdown."""
    return "\n\n".join(escaped(part) for part in re.split(r"\n\s*\n", clean(text).strip()) if part.strip())
