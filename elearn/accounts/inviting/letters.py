"""The letter that invites a person, in their language. It is sent in the background, as a job."""

from datetime import datetime

from elearn.accounts.resets.letters import send_with_link
from elearn.accounts.resets.rules import ResetKind
from elearn.db.engine import Database
from elearn.jobs.rules import Task
from elearn.settings import Settings
from elearn.web.i18n import marked

SUBJECT = marked("Your account for training")
BODY = marked(
    "You have an account for training: %(name)s.\n"
    "To choose your password and begin, open this address within 7 days; it is good once:\n\n%(address)s\n\n"
    "If it is too late, ask whoever invited you for another one."
)


def send_invitation(settings: Settings, database: Database, task: Task, now: datetime) -> None:
    """Do a job: send a person without a password a link to choose one. Raises NoMail."""
    send_with_link(settings, database, task, ResetKind.INVITATION, SUBJECT, BODY, now=now)
