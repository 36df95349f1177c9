"""What a question found, in the order in which it is shown. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from elearn.search.passages import Kind

MOST_HITS = 1_000  # of which a question is told; the best ones
PER_PAGE = 20
LONGEST_QUESTION = 200  # characters


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found in a release that the person may read; ``is_enrolled``: the release of an enrolment of theirs."""

    release_id: int
    digest: str
    slug: str
    is_enrolled: bool
    language: str
    kind: Kind
    place: str


def arranged(hits: Iterable[Hit], language: str) -> list[Hit]:
    """Hits, given the best first, course by course; what is in ``language`` comes before the rest of its course.

    A passage found in several languages is shown once. The course with the best hit in ``language`` comes first.
    """
    places: dict[tuple[int, Kind, str], Hit] = {}
    for hit in hits:
        key = (hit.release_id, hit.kind, hit.place)
        if key not in places or (hit.language == language and places[key].language != language):
            places[key] = hit
    own_first = sorted(places.values(), key=lambda hit: hit.language != language)
    courses: dict[int, list[Hit]] = {}
    for hit in own_first:
        courses.setdefault(hit.release_id, []).append(hit)
    return [hit for found in courses.values() for hit in found]


def page_of(hits: Sequence[Hit], number: int) -> Sequence[Hit]:
    """The hits of a page, counted from 1."""
    return hits[(number - 1) * PER_PAGE : number * PER_PAGE]


def page_count(hit_count: int) -> int:
    """How many pages so many hits fill; one at least."""
    return max(1, -(-hit_count // PER_PAGE))


def question_of(typed: str) -> str:
    """What was typed: on one line, without signs that nobody can see, and not longer than a question may be."""
    signs = (sign for sign in typed[:LONGEST_QUESTION] if unicodedata.category(sign) != "Cf")  # a soft hyphen, say
    return " ".join("".join(sign if sign.isprintable() else " " for sign in signs).split())
