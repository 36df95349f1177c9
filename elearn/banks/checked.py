"""What the compiler says of an imported pool, before it is in any course."""

from collections.abc import Mapping

from elearn.content.compiler import compile_course
from elearn.content.problem import Problem, Severity

_COURSE = b"---\ncourse: bank\ntitle: Bank\nlanguage: en\nversion: 1.0.0\nhours: 1\n---\nText.\n"
_MODULE = b"---\ntitle: Module\nminutes: 1\n---\nText.\n"
_POOL = "pools/bank.md"


def errors_in(pool: str, images: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """The errors in a pool's file whose pictures are ``images`` (paths beside it); their path is that of no course."""
    files = {"course.md": _COURSE, "01-module/module.md": _MODULE, _POOL: pool.encode()}
    files.update({f"pools/{path}": data for path, data in images.items()})
    found = compile_course("bank", files).problems
    return tuple(problem for problem in found if problem.path == _POOL and problem.severity is Severity.ERROR)
