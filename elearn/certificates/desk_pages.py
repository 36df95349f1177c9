"""The page of somebody's certificates for those who manage people: what it is given, and the form that revokes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wtforms import StringField

from elearn.accounts.rules import visible
from elearn.certificates.pages import certificate_row
from elearn.certificates.queries import Award, Chain
from elearn.certificates.replacing import LONGEST_REASON
from elearn.certificates.words import replaced_sentence
from elearn.web.forms import PageForm
from elearn.web.i18n import gettext, marked
from elearn.web.shell import Shell, shell

DONE = {
    "revoked": marked("The certificate is revoked. Everybody who verifies it sees that, with the reason."),
    "corrected": marked("A new certificate with the corrected name replaces the old one."),
    "renewed": marked("A new certificate that is valid longer replaces the old one."),
}


class RevokeForm(PageForm):
    """Why a certificate is revoked."""

    reason = StringField(marked("Reason"), render_kw={"maxlength": LONGEST_REASON})


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate of somebody. ``chain`` says what became of it or what it replaces; the acts are those possible.

    ``reason`` is that of a revocation that was refused, so that it need not be typed anew.
    """

    code: str
    href: str
    course_title: str
    holder_name: str
    state: str
    state_text: str
    chain: str
    action: str
    may_revoke: bool
    may_correct: bool
    may_renew: bool
    reason: str


@dataclass(frozen=True, slots=True)
class HolderPage:
    """The certificates of a person, the newest first. ``done`` and ``refusal`` say what became of what was sent."""

    shell: Shell
    full_name: str
    person_href: str
    rows: tuple[HeldCertificate, ...]
    done: str | None
    refusal: str | None


def holder_page(
    public_id: str,
    full_name: str,
    latin_name: str | None,
    awards: Sequence[tuple[Award, Chain]],
    *,
    now: datetime,
    done: str | None = None,
    refusal: str | None = None,
    typed: tuple[str, str] = ("", ""),
) -> HolderPage:
    """The certificates of a person whose names are now these; ``typed`` is a number and a reason to revoke it."""
    names = (full_name, latin_name)
    rows = []
    for award, chain in awards:
        row = certificate_row(award, now=now)
        is_open = award.revoked_at is None and award.replaced_at is None
        rows.append(
            HeldCertificate(
                code=award.code,
                href=row.href,
                course_title=award.course_title,
                holder_name=award.holder_name,
                state=row.state,
                state_text=row.state_text,
                chain=_chain_text(award, chain),
                action=f"/people/{public_id}/certificates/{award.code}",
                may_revoke=is_open,
                may_correct=is_open and (award.holder_name, award.holder_latin_name) != names,
                may_renew=is_open and award.valid_until is not None,
                reason=visible(typed[1]) if typed[0] == award.code else "",
            )
        )
    return HolderPage(
        shell=shell(),
        full_name=full_name,
        person_href=f"/people/{public_id}",
        rows=tuple(rows),
        done=gettext(DONE[done]) if done in DONE else None,
        refusal=refusal,
    )


def _chain_text(award: Award, chain: Chain) -> str:
    """What became of a certificate, or what it replaces."""
    if award.replaced_at is not None and award.replacement is not None:
        why = replaced_sentence(award.replacement, award.replaced_at)
        return gettext("%(why)s Now: %(code)s.", why=why, code=chain.counting or "–")
    if award.revoked_at is not None:
        return award.revocation_reason or ""
    return gettext("Replaces %(codes)s.", codes=", ".join(chain.replaces)) if chain.replaces else ""
