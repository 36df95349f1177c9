"""What the templates of a new password are given."""

from dataclasses import dataclass

from elearn.accounts.resets.forms import AddressForm, LinkForm
from elearn.web.shell import Shell


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    """What to do without a password. ``form`` is None where this site sends no e-mail; ``is_sent``: it was sent."""

    shell: Shell
    form: AddressForm | None
    is_sent: bool


@dataclass(frozen=True, slots=True)
class NewPasswordPage:
    """A new password by a one-time code (an OneTimeCodeForm) or a link; ``action`` is where the form is sent.

    ``sign_in_name`` is that of whoever has the link, who may have been invited and never have seen it; None before
    that is known. ``refusal`` says why there is no form: the link is good no more.
    """

    shell: Shell
    form: LinkForm
    action: str
    sign_in_name: str | None
    refusal: str | None
