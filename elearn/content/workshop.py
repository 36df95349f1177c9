"""What every stage of the compiler shares: the files as sources, read once, and writers for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from elearn.content.links import Links
from elearn.content.pictures import Pictures
from elearn.content.reporting import Report
from elearn.content.writing import Writer
from elearn.markup.source import Source, read_source

_source_of = lru_cache(maxsize=512)(read_source)


@dataclass(slots=True)
class Shop:
    """The files of one course at work; ``language`` is the course's own."""

    files: Mapping[str, bytes]
    report: Report
    links: Links
    pictures: Pictures
    language: str = "en"
    _read: set[str] = field(default_factory=set)

    def source(self, path: str) -> Source:
        """A file as lines; its faults are noted once."""
        source = _source_of(self.files[path])
        if path not in self._read:
            self._read.add(path)
            self.report.faults(path, source.faults)
        return source

    def writer(self, path: str, language: str | None = None) -> Writer:
        """A writer for the texts of a file."""
        return Writer(path, language or self.language, self.links, self.pictures, self.report)
