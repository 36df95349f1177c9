"""Refusals of the catalogue."""

from elearn.content.problem import Problem, Severity
from elearn.core.refusals import Invalid, NotFound


class NoSuchCourse(NotFound):
    """No course with that slug was published."""

    message = "There is no course «%(slug)s»."


class CourseHasErrors(Invalid):
    """The course cannot be published: the compiler found errors."""

    message = "The course «%(slug)s» has %(count)s errors and was not published. The first: %(first)s"

    def __init__(self, slug: str, problems: tuple[Problem, ...]) -> None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        first = errors[0]
        self.problems = problems
        super().__init__(slug=slug, count=len(errors), first=f"{first.path}:{first.line}: {first.message}")
