"""What an editor needs: a course with one file changed, even while it has errors."""

from dataclasses import dataclass

from elearn.content.compiler import draft_course
from elearn.content.course import Course
from elearn.content.files import CourseFiles
from elearn.content.problem import Problem, Severity


@dataclass(frozen=True, slots=True)
class Preview:
    """A course as far as it can be shown. ``course`` is None only without a ``course.md``.

    Questions and pictures with errors are left out of it. ``problems`` are those of the whole course.
    """

    course: Course | None
    problems: tuple[Problem, ...]

    @property
    def may_be_published(self) -> bool:
        """Whether there is no error."""
        return self.course is not None and all(problem.severity is not Severity.ERROR for problem in self.problems)

    def problems_of(self, path: str) -> tuple[Problem, ...]:
        """The problems of one file."""
        return tuple(problem for problem in self.problems if problem.path == path)


def preview(slug: str, files: CourseFiles, path: str, text: str) -> Preview:
    """Compile the course with ``text`` in the place of the file ``path``; what did not change is not rendered again."""
    course, problems = draft_course(slug, {**files, path: text.encode(errors="replace")})
    return Preview(course, problems)
