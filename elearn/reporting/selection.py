"""What a choice of filters means for one person: which agencies, which course, which rows with which numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from elearn.reporting.disclosure import EVERYTHING, Node
from elearn.reporting.figures import Figures
from elearn.reporting.forms import Filters
from elearn.reporting.queries import ReachedAgency, Trend
from elearn.reporting.rules import ALL_COURSES, Grouping, Measure, not_a_choice


@dataclass(frozen=True, slots=True)
class OfferedCourse:
    """A published course with the release that is current."""

    id: int
    slug: str
    release_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The filters, and what they stand for within somebody's reach. ``grouping`` is what the rows are."""

    filters: Filters
    courses: tuple[OfferedCourse, ...]
    reached: tuple[ReachedAgency, ...]
    agencies: tuple[ReachedAgency, ...]
    course: OfferedCourse | None
    agency: ReachedAgency | None
    node: Node
    groupings: tuple[Grouping, ...]
    grouping: Grouping

    @property
    def course_id(self) -> int:
        """The course asked for; 0 over all."""
        return self.course.id if self.course is not None else ALL_COURSES

    @property
    def named(self) -> tuple[ReachedAgency, ...]:
        """The agencies asked for whose people are seen by name."""
        return tuple(agency for agency in self.agencies if agency.is_named)

    @property
    def countries(self) -> tuple[tuple[str, str], ...]:
        """The countries within reach, code and name."""
        return tuple(dict.fromkeys((agency.country, agency.country_name) for agency in self.reached))

    @property
    def trend(self) -> Trend | None:
        """Whose months may be shown: there are none unless every agency asked for is seen by name."""
        if not self.agencies or len(self.named) < len(self.agencies):
            return None
        return Trend(frozenset(agency.id for agency in self.agencies), self.course_id)


def selection_of(filters: Filters, reached: Sequence[ReachedAgency], courses: Sequence[OfferedCourse]) -> Selection:
    """What the filters stand for. Raises NotAChoice for what is not within reach, as for what does not exist."""
    course = next((found for found in courses if found.slug == filters.course), None)
    if filters.course and course is None:
        raise not_a_choice("course", filters.course)
    agencies = tuple(found for found in reached if filters.country in ("", found.country))
    if filters.country and not agencies:
        raise not_a_choice("country", filters.country)
    agency = next((found for found in agencies if found.code == filters.agency), None)
    if filters.agency and agency is None:
        raise not_a_choice("agency", filters.agency)
    node = EVERYTHING
    if agency is not None:
        node, agencies = Node(agency=agency.id), (agency,)
    elif filters.country:
        node = Node(country=filters.country)
    groupings = [Grouping.COURSE]
    if len(agencies) > 1:
        groupings.insert(0, Grouping.AGENCY)
    if len({found.country for found in agencies}) > 1:
        groupings.insert(0, Grouping.COUNTRY)
    return Selection(
        filters=filters,
        courses=tuple(courses),
        reached=tuple(reached),
        agencies=agencies,
        course=course,
        agency=agency,
        node=node,
        groupings=tuple(groupings),
        grouping=filters.by if filters.by in groupings else groupings[0],
    )


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the comparison: whom it is about, and its people by measure (None: hidden).

    Exactly one of ``agency``, ``country`` (code and name) and ``course`` is set; the total has none.
    """

    counts: tuple[int | None, ...]
    agency: ReachedAgency | None = None
    country: tuple[str, str] | None = None
    course: OfferedCourse | None = None

    def count(self, measure: Measure) -> int | None:
        """The people of a measure."""
        return self.counts[tuple(Measure).index(measure)]

    @property
    def hides(self) -> bool:
        """Whether a number of it is hidden."""
        return None in self.counts


def groups_of(selection: Selection, figures: Figures) -> tuple[tuple[Group, ...], Group]:
    """The rows of the comparison, and what they all are together."""

    def counts(node: Node, course: int) -> tuple[int | None, ...]:
        return tuple(figures.count(node, measure, selection.filters.period, course) for measure in Measure)

    course = selection.course_id
    total = Group(counts(selection.node, course))
    if selection.grouping is Grouping.AGENCY:
        rows = [Group(counts(Node(agency=found.id), course), agency=found) for found in selection.agencies]
    elif selection.grouping is Grouping.COUNTRY:
        rows = [Group(counts(Node(country=found[0]), course), country=found) for found in selection.countries]
    else:
        offered = (selection.course,) if selection.course is not None else selection.courses
        rows = [Group(counts(selection.node, found.id), course=found) for found in offered]
    return tuple(rows), total
