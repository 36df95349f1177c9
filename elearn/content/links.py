"""Where links lead: an address as written in a file becomes an address of the platform."""

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from elearn.content.names import anchor_of, did_you_mean
from elearn.markup.slots import Target

_SCHEME = re.compile(r"[\s\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.-]*)\s*:")
_HTTPS = re.compile(r"https://[^\s/?#@]+(?:[/?#][^\s\"<>\\]*)?\Z")
_MAIL = re.compile(r"mailto:[\w.+-]+@[\w.-]+\Z")
OPENING = "opening"


@dataclass(slots=True)
class ModulePlaces:
    """What can be linked to in a module: section, part or question id, and anchors of git hosts, to (section, part)."""

    id: str
    places: dict[str, tuple[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a link leads nowhere."""

    code: str
    message: str


@dataclass(slots=True)
class Links:
    """Resolves the links of one course. ``modules`` are by path of their ``module.md``; ``terms`` by id and anchor."""

    slug: str
    files: Collection[str]
    modules: dict[str, ModulePlaces] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def resolve(self, path: str, address: str) -> Target | Broken:
        """Where ``address``, written in the file ``path``, leads."""
        address = address.strip()
        if _HTTPS.match(address):
            return Target(address, is_external=True)
        if _MAIL.match(address):
            return Target(address)
        scheme = _SCHEME.match(address)
        if scheme is not None:
            if scheme.group(1).lower() == "http":
                return Broken("L002", "Write the link with https://.")
            if scheme.group(1).lower() == "https":
                return Broken("L001", "This https address is malformed. Copy it again from the browser.")
            return Broken(
                "L001", f'Links with "{scheme.group(1)[:20]}:" are not allowed. Link to https:// or to a file.'
            )
        if address.startswith(("/", "\\")):
            return Broken("L003", "Link to the file as it lies in the folder, such as ../02-fatf/module.md#some-id.")
        if not address:
            return Broken("L020", "The link has no address. Write one in the brackets.")
        file, _, fragment = address.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(file))) if file else path
        return self._inside(_source_of(target), unquote(fragment), address)

    def _inside(self, target: str, fragment: str, address: str) -> Target | Broken:
        base = f"/courses/{self.slug}"
        if target == "course.md":
            return Target(base)
        if target == "glossary.md":
            return self._term(fragment, base)
        if target in self.modules:
            return self._place(self.modules[target], fragment, base)
        if target in self.media:
            self.used.add(target)
            return Target(self.media[target])
        if target in self.files and target.endswith(".md"):
            return Broken("L022", "Quizzes and pools are not linked to. Link to a section of a module instead.")
        if target in self.files:
            return Broken("L022", "Files of this kind cannot be linked to: use PDF or CSV, or show the picture itself.")
        near = did_you_mean(target, [*self.modules, "glossary.md", "course.md"])
        return Broken("L020", f'The file "{target[:80]}" does not exist.{near if "mean" in near else ""}')

    def _term(self, fragment: str, base: str) -> Target | Broken:
        if not fragment:
            return Target(f"{base}/glossary")
        term = self.terms.get(fragment) or self.terms.get(anchor_of(fragment))
        if term is None:
            near = did_you_mean(fragment, self.terms)
            return Broken("L021", f'The glossary has no term "{fragment[:60]}".{near if "mean" in near else ""}')
        return Target(f"{base}/glossary#{term}", is_term=True)

    def _place(self, module: ModulePlaces, fragment: str, base: str) -> Target | Broken:
        if not fragment:
            return Target(f"{base}/{module.id}/{OPENING}")
        place = module.places.get(fragment)
        if place is None:
            near = did_you_mean(fragment, module.places)
            mend = near if "mean" in near else " Link to the id of one of its sections."
            return Broken("L021", f'The module "{module.id}" has no section "{fragment[:60]}".{mend}')
        section, part = place
        return Target(f"{base}/{module.id}/{section}" + (f"#{part}" if part else ""))


def _source_of(path: str) -> str:
    """The source file of a translation: ``module.ru.md`` is linked to like ``module.md``."""
    return re.sub(r"\.[a-z]{2,3}(?:-[A-Z][a-z]{3})?\.md\Z", ".md", path)
