"""What the pages of invitations are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno

from elearn.accounts.cohorts.pages import who_choices
from elearn.accounts.cohorts.queries import CohortRow
from elearn.accounts.inviting.forms import InviteForm
from elearn.accounts.inviting.rules import MOST, Way
from elearn.accounts.inviting.services import Invitation
from elearn.accounts.models import Agency, Country
from elearn.accounts.resets.rules import LIVES
from elearn.web.i18n import clock_time, day, gettext, marked, ngettext, number
from elearn.web.shell import Shell, shell

WAYS = {
    Way.SLIPS: marked("Slips to print: each with a sign-in name and a one-time code"),
    Way.LINKS: marked("Links to pass on yourself, by a messenger for instance"),
    Way.LETTERS: marked("Letters by e-mail, to those who have an address"),
}


@dataclass(frozen=True, slots=True)
class InvitePage:
    """The form that invites people. ``done`` says what was just done."""

    shell: Shell
    form: InviteForm
    limit: str
    done: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed: a code (slips) or an address (links)."""

    full_name: str
    agency: str
    sign_in_name: str
    secret: str


@dataclass(frozen=True, slots=True)
class SlipsPage:
    """Slips to print, or links to pass on; shown once. ``picture`` is a QR code of ``address``, without any secret."""

    shell: Shell
    site_name: str
    slips: tuple[Slip, ...]
    is_links: bool
    address: str
    picture: str
    until: str
    count: str


def invite_page(
    form: InviteForm,
    cohorts: Sequence[CohortRow],
    agencies: Sequence[tuple[Agency, Country]],
    *,
    sends_mail: bool,
    done: str | None = None,
    refusal: str | None = None,
) -> InvitePage:
    """The page; letters are offered only where the site sends mail."""
    form.who.choices = who_choices(cohorts, agencies)
    form.way.choices = [
        (way.value, gettext(words)) for way, words in WAYS.items() if sends_mail or way is not Way.LETTERS
    ]
    limit = gettext("At most %(count)s people at once; the others when you send the form again.", count=number(MOST))
    return InvitePage(shell(), form, limit, done, refusal)


def slips_page(
    invitations: Sequence[Invitation], way: Way, *, site_name: str, address: str, now: datetime
) -> SlipsPage:
    """Slips or links; ``address`` is where codes are typed, and what the tokens of links are put behind."""
    is_links = way is Way.LINKS
    until = now + LIVES[way.kind]
    return SlipsPage(
        shell=shell(),
        site_name=site_name,
        slips=tuple(
            Slip(
                each.person.full_name,
                each.person.agency.name,
                each.person.sign_in_name,
                f"{address}/{each.secret}" if is_links else each.secret,
            )
            for each in invitations
        ),
        is_links=is_links,
        address=address,
        picture="" if is_links else segno.make_qr(address, error="m").svg_data_uri(scale=3, border=2, light="#fff"),
        until=f"{day(until)}, {clock_time(until)}",
        count=ngettext("%(count)s person", "%(count)s people", len(invitations)),
    )


def sent_words(count: int) -> str:
    """How many letters were sent."""
    return ngettext("One letter is on its way.", "%(count)s letters are on their way.", count)
