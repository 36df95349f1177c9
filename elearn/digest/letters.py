"""The digest as a letter: plain text, titles and links, in the language of whom it goes to."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage

from elearn.accounts.models import Person
from elearn.db.engine import Database
from elearn.digest.services import claim_notices, give_back
from elearn.jobs.rules import Task
from elearn.mail import checked_sender, language_for, letter, send
from elearn.notices.queries import Told
from elearn.notices.words import sentence
from elearn.settings import Settings
from elearn.web.i18n import gettext_in, marked, ngettext_in

FOOT = marked(
    "You get at most one such letter a day, because you asked for it. It never holds more than titles and links.\n"
    "To end it: %(address)s"
)


def send_digest(settings: Settings, database: Database, task: Task, now: datetime) -> None:
    """Do a job: send a person what waits unread, and give it back if that cannot be done. Raises NoMail."""
    checked_sender(settings)
    with database.writing() as session:
        person = session.get(Person, task.person_id)
        if person is None or person.email is None or person.disabled_at is not None or not person.wants_digest:
            return
        notices = claim_notices(session, person.id, now=now)
        if not notices:
            return
        language = language_for(settings, person.language)
        made = digest_of(notices, settings, to=person.email, language=language, now=now)
        session.commit()  # nothing is held while a server is waited for
    try:
        send(settings, made)
    except BaseException:
        with database.writing() as session:
            give_back(session, notices)
            session.commit()
        raise


def digest_of(notices: Sequence[Told], settings: Settings, *, to: str, language: str, now: datetime) -> EmailMessage:
    """The letter that tells these notices. Raises NoMail if host, sender or public address is not set."""
    count = len(notices)
    head = ngettext_in(language, "One new notice", "%(count)s new notices", count)
    lines = [head, ""]
    for each in notices:
        lines.append(f"- {sentence(each.kind, each.about, language)}")
        title = each.about.title_in(language)
        if title is not None:
            lines.append(f"  {' '.join(title[0].split())}")
        lines += [f"  {settings.public_url}/notices/{each.public_id}", ""]
    foot = gettext_in(language, FOOT, address=f"{settings.public_url}/account")
    lines += ["-- ", settings.site_name, foot]
    return letter(settings, head, "\n".join(lines) + "\n", to=to, language=language, now=now)
