"""A course as JSON and back, without loss: what a release stores."""

from functools import cache

from pydantic import TypeAdapter

from elearn.content.course import Course


@cache
def _adapter() -> TypeAdapter[Course]:
    return TypeAdapter(Course)


def dump_course(course: Course) -> bytes:
    """The course as JSON in UTF-8."""
    return _adapter().dump_json(course)


def load_course(data: bytes) -> Course:
    """The course that was dumped. Raises ValueError if ``data`` is not a dumped course."""
    return _adapter().validate_json(data)
