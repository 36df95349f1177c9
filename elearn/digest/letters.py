"""The digest as a letter: plain text, titles and links, in the language of whom it goes to."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from elearn.notices.queries import Told
from elearn.notices.words import sentence
from elearn.web.i18n import gettext_in, marked, ngettext_in

FOOT = marked(
    "You get at most one such letter a day, because you asked for it. It never holds more than titles and links.\n"
    "To end it: %(address)s"
)


def letter(
    notices: Sequence[Told],
    *,
    to: str,
    sender: str,
    language: str,
    site_name: str,
    public_url: str,
    now: datetime,
) -> EmailMessage:
    """The letter that tells these notices; ``public_url`` is the site's address, from which its links are made."""
    count = len(notices)
    head = ngettext_in(language, "One new notice", "%(count)s new notices", count)
    lines = [head, ""]
    for each in notices:
        lines.append(f"- {sentence(each.kind, each.about, language)}")
        title = each.about.title_in(language)
        if title is not None:
            lines.append(f"  {' '.join(title[0].split())}")
        lines += [f"  {public_url}/notices/{each.public_id}", ""]
    lines += ["-- ", site_name, gettext_in(language, FOOT, address=f"{public_url}/account")]
    made = EmailMessage()
    made["Subject"] = f"{site_name}: {head}"
    made["From"] = sender
    made["To"] = to
    made["Date"] = format_datetime(now)
    made["Message-ID"] = make_msgid(domain=urlsplit(public_url).hostname)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    made["Content-Language"] = language
    made.set_content("\n".join(lines) + "\n", cte="quoted-printable")
    return made
