"""What the templates of single sign-on are given."""

from dataclasses import dataclass
from datetime import datetime

from elearn.accounts.second.forms import ProofForm
from elearn.web.shell import Shell


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One's link to the provider called ``label``: since when there is one, and the proof that changes it.

    The proof has a code where the person has a second step. ``href`` leads to the provider once it was right, None
    before.
    """

    shell: Shell
    label: str
    form: ProofForm
    has_second_step: bool
    since: datetime | None
    href: str | None = None
    refusal: str | None = None
