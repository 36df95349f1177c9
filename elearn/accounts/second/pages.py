"""What the templates of the second step are given, and the functions that build it."""

from dataclasses import dataclass
from datetime import datetime

import segno

from elearn.accounts.second.forms import CodeForm, ProofForm, SetUpForm
from elearn.security.totp import totp_address, totp_key
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class CodePage:
    """The second step of signing in. ``ticket`` carries the first one; ``next`` is where one wanted to go.

    ``asked`` is what a browser is asked of passkeys, None where there are none; ``refusal`` why their answer is wrong.
    """

    shell: Shell
    form: CodeForm
    ticket: str
    next: str
    asked: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class SetUpPage:
    """How the second step is set up: ``picture`` is a data address of the QR code, ``key`` its key in groups of four.

    ``is_demanded``: a role of the person needs it. ``lacks_password``: nothing that they could prove themselves with.
    """

    shell: Shell
    form: SetUpForm
    picture: str
    key: str
    is_demanded: bool
    lacks_password: bool


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey of one's own."""

    public_id: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondStepPage:
    """The second step of somebody who has one. ``may_remove`` is false where a role of theirs needs it.

    ``wanted`` is what a browser is asked to make a passkey, made at ``stamp``; None where this site can have none.
    """

    shell: Shell
    form: ProofForm
    since: datetime
    codes_left: int
    may_remove: bool
    passkeys: tuple[PasskeyLine, ...]
    wanted: str | None
    stamp: int
    refusal: str | None


@dataclass(frozen=True, slots=True)
class RecoveryPage:
    """The recovery codes, shown once; the page is made to be printed."""

    shell: Shell
    sign_in_name: str
    codes: tuple[str, ...]


def set_up_page(
    form: SetUpForm,
    *,
    secret: bytes,
    public_id: str,
    name: str,
    issuer: str,
    is_demanded: bool,
    lacks_password: bool,
) -> SetUpPage:
    """The page to set up the second step, for the key of the form's seed."""
    key = totp_key(secret, public_id, form.seed.data or "")
    picture = segno.make_qr(totp_address(key, name=name, issuer=issuer), error="m")
    return SetUpPage(
        shell=shell(),
        form=form,
        picture=picture.svg_data_uri(scale=4, border=4, light="#fff"),
        key=" ".join(key[at : at + 4] for at in range(0, len(key), 4)),
        is_demanded=is_demanded,
        lacks_password=lacks_password,
    )
