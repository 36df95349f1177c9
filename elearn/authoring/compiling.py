"""Compiling a draft course, and remembering what came of it: a page is looked at more often than a text changes."""

import threading
from collections import OrderedDict
from collections.abc import Mapping

from elearn.content.compiler import Compilation, digest_of_files, draft_course
from elearn.content.preview import Preview

KEPT = 8  # compiled drafts a process keeps; each weighs about a megabyte

_kept: OrderedDict[tuple[str, str], Preview] = OrderedDict()
_lock = threading.Lock()


def compiled_draft(slug: str, sources: Mapping[str, bytes]) -> Preview:
    """The course as far as these files make it, with every problem. It takes long: hold no transaction meanwhile."""
    key = slug, digest_of_files(sources)
    found = _kept.get(key)
    if found is not None:
        return found
    made = Preview(*draft_course(slug, sources))
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def compilation_of(draft: Preview) -> Compilation:
    """The same as what publishing asks for: no course if there is an error."""
    return Compilation(draft.course if draft.may_be_published else None, draft.problems)
