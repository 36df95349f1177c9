"""What the template is given of which an administrator hands a code over: it is shown once."""

from dataclasses import dataclass
from enum import Enum

from elearn.web.i18n import gettext, marked
from elearn.web.shell import Shell


class Occasion(Enum):
    """Why a one-time code is handed over: the heading of the page and what it warns of."""

    ADDED = (
        marked("The account is made"),
        marked(
            "The code is shown only now and is good once, for 7 days. Print this page and hand it over; the person "
            "chooses a password with it that you do not know."
        ),
    )
    FORGOTTEN = (
        marked("One-time code"),
        marked(
            "The code is shown only now and is good once, for 24 hours. Print this page and hand it over; the person "
            "chooses a password with it that you do not know."
        ),
    )
    TAKEN = (
        marked("The password is taken away"),
        marked(
            "The person was signed out everywhere, and the old password is good no more. The code is shown only now "
            "and is good once, for 24 hours. Print this page and hand it over; the person chooses a password with it "
            "that you do not know."
        ),
    )


@dataclass(frozen=True, slots=True)
class CodePage:
    """A one-time code for a password, shown once; the page is made to be printed. ``address``: where to use it."""

    shell: Shell
    public_id: str
    full_name: str
    sign_in_name: str
    code: str
    address: str
    occasion: Occasion

    @property
    def heading(self) -> str:
        """What was done."""
        return gettext(self.occasion.value[0])

    @property
    def warning(self) -> str:
        """How long the code is good, and what became of the old password."""
        return gettext(self.occasion.value[1])

    @property
    def is_new_account(self) -> bool:
        """The account was just made."""
        return self.occasion is Occasion.ADDED
