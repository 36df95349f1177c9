"""Lessons for who saves data: each picture is a link that says how large it is. Drawings stay, they are in the page."""

import re
from collections.abc import Mapping

from markupsafe import Markup

from elearn.content.course import Course
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext
from elearn.web.sizes import size_words

# As content.pictures writes it; what is between quotation marks is escaped already.
_PICTURE = re.compile(
    r'<img src="/media/(?P<wide>[^"]+)"(?: srcset="/media/(?P<small>[^" ]+) [^"]*" sizes="[^"]*")?'
    r' alt="(?P<alt>[^"]*)"(?P<rest>[^>]*)>'
)


def shown(course: Course, html: str, *, saves_data: bool) -> Markup:
    """The HTML of a page of a course, as who reads it wants it."""
    if not saves_data:
        return compiled(html)
    return compiled(pictures_as_links(html, {asset.name: asset.size for asset in course.assets}))


def pictures_as_links(html: str, sizes: Mapping[str, int]) -> str:
    """The HTML of a lesson with links to the small pictures in place of pictures; ``sizes`` are bytes, by name."""

    def link(found: re.Match[str]) -> str:
        name = found["small"] or found["wide"]
        size = sizes.get(name)
        words = gettext("Picture, %(size)s", size=size_words(size)) if size is not None else gettext("Picture")
        named = f"{words}: {found['alt']}" if found["alt"] else words
        return f'<a class="picture-link" href="/media/{name}">{named}</a>'

    return _PICTURE.sub(link, html)


def small_pictures(html: str) -> str:
    """A page with the small pictures alone, for a browser to keep."""

    def small(found: re.Match[str]) -> str:
        return f'<img src="/media/{found["small"] or found["wide"]}" alt="{found["alt"]}"{found["rest"]}>'

    return _PICTURE.sub(small, html)
