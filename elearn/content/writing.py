"""Write the HTML of a file's texts: rendering, with links and pictures of the course put in and problems noted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from elearn.content.links import Broken, Links
from elearn.content.pictures import Figure, Pictures
from elearn.content.reporting import Report
from elearn.markup.render import Link, Rendered, render, render_inline
from elearn.markup.slots import Target, fill, plain_text, without_slots
from elearn.markup.text import Line


@dataclass(slots=True)
class Written:
    """A written text: safe HTML, its words without marks, and the glossary terms it links to in their order."""

    html: str
    plain: str
    terms: tuple[str, ...] = ()


@dataclass(slots=True)
class Writer:
    """Writes the texts of one file in one language. ``number`` gives numbers to figures (None: they have none)."""

    path: str
    language: str
    links: Links
    pictures: Pictures
    report: Report
    name: str = ""
    number: Callable[[], str] | None = None
    _unnumbered: int = field(default=0)

    def page(self, lines: Sequence[Line], page: str, slot: Callable[[str], str]) -> Written:
        """A section's body; ``slot`` answers what stands in the slots that the caller put among the lines."""
        return self._write(render(lines, language=self.language, page=page), slot)

    def block(self, lines: Sequence[Line]) -> Written:
        """A text of paragraphs and more."""
        written = self._write(render(lines, language=self.language, page=self.name), lambda _: "")
        return replace(written, html=without_slots(written.html))

    def inline(self, lines: Sequence[Line]) -> Written:
        """A text of one paragraph, without its element."""
        return self._write(render_inline(lines, language=self.language), lambda _: "")

    def _write(self, rendered: Rendered, slot: Callable[[str], str]) -> Written:
        self.report.faults(self.path, rendered.faults)
        targets = [self._target(link) for link in rendered.links]
        described: list[str] = []

        def block(name: str) -> str:
            if not name.startswith("picture:"):
                return slot(name)
            picture = rendered.pictures[int(name.removeprefix("picture:"))]
            caption = escape(picture.caption, quote=False)
            described.append(f"{picture.alt} {picture.caption}")
            return self.pictures.html(picture, self.path, self.language, self._figure(), caption)

        html = fill(rendered.html, lambda number: targets[number], block).strip()
        terms = tuple(dict.fromkeys(t.href.rpartition("#")[2] for t in targets if t is not None and t.is_term))
        plain = " ".join([plain_text(rendered.html), *described]).strip()
        return Written(html, without_slots(plain), terms)

    def _target(self, link: Link) -> Target | None:
        target = self.links.resolve(self.path, link.address)
        if isinstance(target, Broken):
            self.report.add(self.path, link.line, link.column, target.code, target.message)
            return None
        return target

    def _figure(self) -> Figure:
        if self.number is not None:
            number = self.number()
            return Figure(f"figure-{number.replace('.', '-')}", number)
        self._unnumbered += 1
        return Figure(f"figure-{self.name or 'text'}-{self._unnumbered}", None)
