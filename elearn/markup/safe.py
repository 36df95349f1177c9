"""The only place that calls text safe HTML."""

from functools import lru_cache

from markupsafe import Markup

from elearn.markup.slots import ICONS
from elearn.shipped import static_address


@lru_cache(maxsize=8192)
def compiled(html: str) -> Markup:
    """HTML that our own compiler rendered and sanitised, or a drawing of ours. Never call it on anything else.

    Its icons get the address of today's: a release was compiled with those of its time.
    """
    return Markup(html.replace(f'"{ICONS}#', f'"{static_address("icons.svg")}#'))  # noqa: S704


def drawn(html: str) -> Markup:
    """HTML that our own templates rendered. Never call it on anything else."""
    return Markup(html)  # noqa: S704


@lru_cache(maxsize=8192)
def translated(message: str) -> Markup:
    """A message of our own catalogues, which may hold HTML; what is put into it is escaped."""
    return Markup(message)  # noqa: S704


def foreign(text: str, language: str) -> Markup:
    """A text in another language than what stands around it."""
    return Markup('<span lang="%s">%s</span>') % (language, text)
