"""What the templates of certificates are given, and what is printed on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from markupsafe import Markup

from elearn.certificates.paper import PrintedCertificate
from elearn.certificates.queries import Award, Chain
from elearn.certificates.rules import NoPublicAddress, State, state_of
from elearn.certificates.words import replaced_sentence
from elearn.learning.pages import whole
from elearn.markup.lattice import cover_svg
from elearn.markup.safe import compiled
from elearn.web.i18n import NAMES, day, gettext, instant, language, number, zone
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate in a list. ``state`` is the kind of its tag; ``pdf_href`` None where none is printed any more."""

    href: str
    pdf_href: str | None
    code: str
    course_title: str
    completed_on: date
    state: str
    state_text: str
    cover: Markup


@dataclass(frozen=True, slots=True)
class CertificatesPage:
    """One's own certificates."""

    shell: Shell
    rows: tuple[CertificateRow, ...]
    is_printable: bool


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """What anybody may know of a certificate: every printed field.

    ``state`` None: no number was asked for, or none has it. ``pdf_href`` is for its holder alone.
    ``replaced_by`` is the address and the number of the last certificate of the chain, ``replaces`` those before this.
    """

    shell: Shell
    asked: str
    state: State | None
    verdict: str
    sentence: str
    checked: str
    fields: tuple[tuple[str, str, str | None], ...]
    pdf_href: str | None
    replaced_by: tuple[str, str] | None = None
    replaces: tuple[tuple[str, str], ...] = ()


def _words_of_state(award: Award, now: datetime) -> tuple[State, str, str]:
    """The state, the kind of its tag and its words."""
    today = now.astimezone(zone()).date()
    state = state_of(
        valid_until=award.valid_until,
        is_revoked=award.revoked_at is not None,
        today=today,
        is_replaced=award.replaced_at is not None,
    )
    if state is State.REVOKED:
        return state, "stop", gettext("Revoked")
    if state is State.REPLACED:
        return state, "locked", gettext("Replaced")
    if state is State.EXPIRED:
        return state, "due", gettext("Expired on %(day)s", day=day(award.valid_until or today))
    if award.valid_until is None:
        return state, "done", gettext("Valid for good")
    return state, "done", gettext("Valid until %(day)s", day=day(award.valid_until))


def certificate_row(award: Award, *, now: datetime) -> CertificateRow:
    """A certificate in a list."""
    _, kind, words = _words_of_state(award, now)
    return CertificateRow(
        href=f"/verify/{award.code}",
        pdf_href=f"/certificates/{award.code}.pdf" if award.is_printed else None,
        code=award.code,
        course_title=award.course_title,
        completed_on=award.completed_on,
        state=kind,
        state_text=words,
        cover=compiled(cover_svg(award.course_slug, 22, 84, prefix=f"cover-{award.code}")),
    )


def certificates_page(awards: Sequence[Award], *, public_url: str | None, now: datetime) -> CertificatesPage:
    """One's own certificates, newest first."""
    return CertificatesPage(shell(), tuple(certificate_row(award, now=now) for award in awards), public_url is not None)


def printed_fields(award: Award) -> tuple[tuple[str, str], ...]:
    """The six fields under the course's title, label and value, in the language of the page."""
    result = gettext("No exam")
    if award.score is not None:
        result = gettext(
            "%(score)s of 100, pass line %(mark)s",
            score=whole(award.score),
            mark=award.pass_mark if award.pass_mark is not None else "–",
        )
    return (
        (gettext("Hours of study"), number(award.hours)),
        (gettext("Result of the exam"), result),
        (
            gettext("Language and version"),
            f"{NAMES.get(award.language, award.language)}, {award.version}",
        ),
        (gettext("Completed"), day(award.completed_on)),
        (gettext("Valid until"), day(award.valid_until) if award.valid_until is not None else gettext("no end")),
        (gettext("Edition"), gettext("Self-study, %(year)s", year=award.completed_on.year)),
    )


def verify_page(award: Award, asked: str, chain: Chain, *, own: bool, now: datetime) -> VerifyPage:
    """What anybody may know of a certificate."""
    state, _, _ = _words_of_state(award, now)
    verdict, sentence = {
        State.VALID: (
            gettext("This certificate is genuine and valid"),
            gettext("Compare the fields below with the paper in your hand."),
        ),
        State.EXPIRED: (
            gettext("This certificate is genuine, but it has expired"),
            gettext("It was valid until %(day)s.", day=day(award.valid_until or award.completed_on)),
        ),
        State.REPLACED: (
            gettext("This certificate was replaced by another one"),
            replaced_sentence(award.replacement, award.replaced_at),
        ),
        State.REVOKED: (
            gettext("This certificate was revoked"),
            gettext(
                "The issuer took it back on %(day)s: %(reason)s",
                day=day(award.revoked_at or now),
                reason=award.revocation_reason or "",
            ),
        ),
    }[state]
    fields = (
        (gettext("Holder"), award.holder_name, award.holder_latin_name),
        (gettext("Kind"), gettext("Completion of a course"), None),
        (gettext("Course"), award.course_title, None),
        *((label, value, None) for label, value in printed_fields(award)),
        (gettext("Issued by"), award.issuer, None),
        (gettext("Number"), award.code, None),
    )
    return VerifyPage(
        shell=shell(),
        asked=asked,
        state=state,
        verdict=verdict,
        sentence=sentence,
        checked=gettext("Checked on %(when)s", when=instant(now)),
        fields=fields,
        pdf_href=f"/certificates/{award.code}.pdf" if own and award.is_printed else None,
        replaced_by=_link(chain.counting) if chain.counting is not None else None,
        replaces=tuple(_link(code) for code in chain.replaces),
    )


def _link(code: str) -> tuple[str, str]:
    return f"/verify/{code}", code


def unverified_page(asked: str = "") -> VerifyPage:
    """The form to type a number in; with what was asked for, the answer that no certificate has it."""
    return VerifyPage(
        shell=shell(),
        asked=asked,
        state=None,
        verdict=gettext("No certificate has this number") if asked else gettext("Verify a certificate"),
        sentence=gettext(
            "Check each letter. A number has sixteen, without 0, O, 1 and I. If it is right, the paper is not ours."
        )
        if asked
        else gettext("Type the number that stands at the top of the paper, or scan its code."),
        checked="",
        fields=(),
        pdf_href=None,
    )


def paper_of(award: Award, *, public_url: str | None, signatory: str) -> PrintedCertificate:
    """Every word of a certificate on paper, in the language of the page. Raises NoPublicAddress."""
    if public_url is None:
        raise NoPublicAddress
    return PrintedCertificate(
        issuer_name=award.issuer,
        number=award.code,
        number_label=gettext("No."),
        kind_title=gettext("Certificate of completion"),
        holder_name=award.holder_name,
        holder_name_latin=award.holder_latin_name,
        statement=gettext("has completed every module and passed the exam of the course")
        if award.score is not None
        else gettext("has completed every module of the course"),
        course_title=award.course_title,
        fields=printed_fields(award),
        signature_label=gettext("%(office)s, signature", office=signatory),
        stamp_label=gettext("place for the stamp"),
        note=gettext(
            "This certifies completion of a course, not attendance of a workshop. Anyone can check every field above at"
        ),
        verify_url=f"{public_url}/verify/{award.code}",
        verify_text=f"{urlsplit(public_url).netloc}/verify",
        language=language(),
        issued_at=award.issued_at,
    )
