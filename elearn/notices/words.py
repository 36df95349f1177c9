"""Notices in words, in any language: a page has the reader's, a mail that of whom it goes to."""

from elearn.notices.rules import About, Kind
from elearn.web.i18n import day_in, gettext_in, marked

SENTENCES = {
    Kind.MISTAKE_ANSWERED: marked("A mistake that you reported was answered"),
    Kind.ANSWER_RETURNED: marked("A trainer has marked what you wrote, and the result is there"),
    Kind.MARKS_CORRECTED: marked("A key was corrected, and your attempt was marked again"),
    Kind.CERTIFICATE_EXPIRING: marked("Your certificate is valid until %(day)s only"),
    Kind.COURSE_ASSIGNED: marked("You were enrolled in a course"),
    Kind.COURSE_DUE: marked("Complete this course by %(day)s"),
}


def sentence(kind: Kind, about: About, language: str) -> str:
    """What a notice tells, in a language; the title of the course stands beside it."""
    if about.day is not None:
        return gettext_in(language, SENTENCES[kind], day=day_in(language, about.day))
    return gettext_in(language, SENTENCES[kind])
