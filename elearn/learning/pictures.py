"""Lessons for who saves data: each picture is a link that says how large it is. Drawings stay, they are in the page."""

import re
from collections.abc import Mapping

from markupsafe import Markup

from elearn.content.course import Course
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext
from elearn.web.sizes import size_words

# As content.pictures writes it; alt is escaped already.
_PICTURE = re.compile(r'<img src="/media/(?P<name>[^"]+)" alt="(?P<alt>[^"]*)"[^>]*>')


def shown(course: Course, html: str, *, saves_data: bool) -> Markup:
    """The HTML of a page of a course, as who reads it wants it."""
    if not saves_data:
        return compiled(html)
    return compiled(pictures_as_links(html, {asset.name: asset.size for asset in course.assets}))


def pictures_as_links(html: str, sizes: Mapping[str, int]) -> str:
    """The HTML of a lesson with links in place of its pictures; ``sizes`` are in bytes, by the name of the file."""

    def link(found: re.Match[str]) -> str:
        size = sizes.get(found["name"])
        words = gettext("Picture, %(size)s", size=size_words(size)) if size is not None else gettext("Picture")
        named = f"{words}: {found['alt']}" if found["alt"] else words
        return f'<a class="picture-link" href="/media/{found["name"]}">{named}</a>'

    return _PICTURE.sub(link, html)
