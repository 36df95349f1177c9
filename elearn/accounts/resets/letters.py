"""Letters with a link by which one chooses a password. They are sent in the background, as jobs.

An answer that looked up an address, or waited for the mail server, would tell by its time which addresses have
accounts. So a request puts down what was typed, and everything else is done later.
"""

from datetime import datetime

from elearn.accounts.models import Person
from elearn.accounts.resets.queries import people_of_address
from elearn.accounts.resets.rules import ResetKind
from elearn.accounts.resets.services import ask_for_link, renew_right
from elearn.db.engine import Database
from elearn.jobs.rules import Task
from elearn.mail import checked_sender, language_for, letter, send
from elearn.settings import Settings
from elearn.web.i18n import gettext_in, marked

SUBJECT = marked("New password")
BODY = marked(
    "Somebody, probably you, asked for a new password for %(name)s.\n"
    "To choose one, open this address within 30 minutes; it is good once:\n\n%(address)s\n\n"
    "If it was not you, do nothing: your password stays as it is."
)


def find_who_asked(settings: Settings, database: Database, task: Task, now: datetime) -> None:
    """Do a job: have a link sent to everybody with the address that was typed."""
    with database.writing() as session:
        for person in people_of_address(session, task.address or ""):
            ask_for_link(session, person, now=now)
        session.commit()


def send_link(settings: Settings, database: Database, task: Task, now: datetime) -> None:
    """Do a job: send a person a link to a new password, which makes an earlier one void. Raises NoMail."""
    send_with_link(settings, database, task, ResetKind.LINK, SUBJECT, BODY, now=now)


def send_with_link(
    settings: Settings, database: Database, task: Task, kind: ResetKind, subject: str, body: str, *, now: datetime
) -> None:
    """Send a letter with a new link of the kind, if its person can still use one. Raises NoMail.

    ``body`` has places for the sign-in name and the address.
    """
    _, public_url = checked_sender(settings)
    with database.writing() as session:
        person = session.get(Person, task.person_id)
        if person is None or person.email is None or person.disabled_at is not None:
            return
        if kind is ResetKind.INVITATION and person.password_hash is not None:
            return  # they were quicker
        language = language_for(settings, person.language)
        address = f"{public_url}/sign-in/new-password/{renew_right(session, person, kind, now=now)}"
        text = gettext_in(language, body, name=person.sign_in_name, address=address)
        made = letter(
            settings,
            gettext_in(language, subject),
            f"{text}\n\n-- \n{settings.site_name}\n",
            to=person.email,
            language=language,
            now=now,
        )
        session.commit()  # nothing is held while a server is waited for
    send(settings, made)
