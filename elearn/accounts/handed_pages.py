"""What the templates are given of which an administrator hands something over: it is shown once."""

from dataclasses import dataclass

from elearn.web.shell import Shell


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """A generated password, shown once. ``is_new_account``: the account was just made."""

    shell: Shell
    public_id: str
    full_name: str
    sign_in_name: str
    password: str
    is_new_account: bool


@dataclass(frozen=True, slots=True)
class CodePage:
    """A one-time code for a new password, shown once; the page is made to be printed. ``address``: where to use it."""

    shell: Shell
    public_id: str
    full_name: str
    sign_in_name: str
    code: str
    address: str
