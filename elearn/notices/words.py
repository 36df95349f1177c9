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
    Kind.PASSWORD_CHANGED: marked("Your password was changed. If it was not you, tell your administrator."),
    Kind.EMAIL_CHANGED: marked("Your e-mail address was changed. If it is not right, tell your administrator."),
    Kind.SECOND_STEP_ON: marked("The second step at sign-in was switched on."),
    Kind.SECOND_STEP_OFF: marked(
        "The second step at sign-in was switched off. If you did not ask for it, tell your administrator."
    ),
    Kind.RECOVERY_CODES_MADE: marked("New recovery codes were made. If it was not you, change your password."),
    Kind.PASSKEY_ADDED: marked("A passkey was added. If it was not you, change your password."),
    Kind.PASSKEY_REMOVED: marked("A passkey was removed. If it was not you, change your password."),
    Kind.RECOVERY_CODE_USED: marked("A recovery code was used. If it was not you, change your password."),
    Kind.IDENTITY_LINKED: marked(
        "Your account was linked to single sign-on. If it was not you, tell your administrator."
    ),
    Kind.IDENTITY_UNLINKED: marked(
        "Your account is no longer linked to single sign-on. If it was not you, tell your administrator."
    ),
    Kind.LETTER_NOT_SENT: marked("An invitation could not be sent by e-mail. Give that person a slip or a link."),
}


def sentence(kind: Kind, about: About, language: str) -> str:
    """What a notice tells, in a language; the title of the course, if it is about one, stands beside it."""
    if about.day is not None:
        return gettext_in(language, SENTENCES[kind], day=day_in(language, about.day))
    return gettext_in(language, SENTENCES[kind])
