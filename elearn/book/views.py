"""The book of a course, for those who learn it: to print, and to take where there is no network."""

from functools import lru_cache

from flask import Blueprint, Response, current_app

from elearn.book.contents import book_of
from elearn.book.press import print_book
from elearn.book.words import words_in
from elearn.catalogue.queries import media
from elearn.content.course import Course
from elearn.core.clock import now as clock
from elearn.learning.queries import course_of, required_learning
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.i18n import language
from elearn.web.identity import identity
from elearn.web.session import database, release, session

books = Blueprint("books", __name__)


@books.get("/courses/<slug>/book.pdf")
@needs(Permission.LEARN)
def book(slug: str) -> Response:
    """The book in the language of the site's pages. Nothing is printed inside a transaction."""
    course = course_of(session(), required_learning(session(), identity().person_id, slug))
    release()
    response: Response = current_app.response_class(_printed(course, language()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}-{course.version}-{language()}.pdf"'
    return response


def _printed(course: Course, language: str) -> bytes:
    """The book, printed once for all who ask for it while it is remembered."""
    found = _kept(course.digest, language)
    if not found:
        found.append(print_book(book_of(course, language, words_in(language), _bytes_of), now=clock()))
    return found[0]


@lru_cache(maxsize=8)
def _kept(digest: str, language: str) -> list[bytes]:
    """The place where the book of a release is remembered, empty at first; a megabyte or less each."""
    return []


def _bytes_of(name: str) -> bytes | None:
    with database().reading() as reading:
        found = media(reading, name)
    return found.data if found is not None else None
