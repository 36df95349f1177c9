"""The letter that invites a person, in their language."""

from datetime import datetime
from email.message import EmailMessage

from elearn.accounts.models import Person
from elearn.accounts.resets.letters import letter_to
from elearn.settings import Settings
from elearn.web.i18n import marked

SUBJECT = marked("Your account for training")
BODY = marked(
    "You have an account for training: %(name)s.\n"
    "To choose your password and begin, open this address within 7 days; it is good once:\n\n%(address)s\n\n"
    "If it is too late, ask whoever invited you for another one."
)


def invitation_letter(person: Person, token: str, *, settings: Settings, now: datetime) -> EmailMessage:
    """The letter with the link. The site's public address and its sender must be set."""
    return letter_to(person, token, SUBJECT, BODY, settings=settings, now=now)
