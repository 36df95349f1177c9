"""What became of a certificate, in words."""

from datetime import datetime

from elearn.certificates.replacing import Replacement
from elearn.web.i18n import day, gettext, marked

REPLACEMENTS = {
    Replacement.CORRECTED: marked("The holder’s name was corrected on %(day)s."),
    Replacement.RENEWED: marked("It was renewed on %(day)s."),
    Replacement.MERGED: marked("Since %(day)s another certificate of the holder counts for this course."),
}


def replaced_sentence(replacement: str | None, replaced_at: datetime | None) -> str:
    """Why a certificate was replaced, and on which day; empty for one that was not."""
    if replacement is None or replaced_at is None:
        return ""
    return gettext(REPLACEMENTS[Replacement(replacement)], day=day(replaced_at))
