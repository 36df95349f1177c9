"""How large a file is, in words."""

from decimal import ROUND_UP, Decimal

from elearn.web.i18n import gettext, number

KIB = 1024


def size_words(size: int) -> str:
    """How large a file is, from its bytes; never less than it is."""
    if size < KIB * KIB:
        return gettext("%(size)s KB", size=number(-(-size // KIB)))
    return gettext("%(size)s MB", size=number((Decimal(size) / (KIB * KIB)).quantize(Decimal("0.1"), ROUND_UP)))
