"""The form by which an account is disabled, and the words about why one was; administrators alone meet them."""

from wtforms import DateField, SelectField
from wtforms.validators import Optional

from elearn.accounts.leaving import Leaving
from elearn.accounts.models import Person
from elearn.accounts.words import LEAVING
from elearn.web.forms import PageForm
from elearn.web.i18n import day, gettext, marked

GONE = {
    "erased": marked("The person is erased. What stays names nobody."),
    "merged": marked("The two accounts are one now: all records are here, and the other account is closed."),
}
"""What was just done for good, by the word in the address after it."""


class LeavingForm(PageForm):
    """Why somebody's account is disabled, and the last day they belonged to the service."""

    leaving = SelectField(marked("Why"), default="")
    left_on = DateField(marked("Last day"), [Optional()])

    def chosen(self) -> Leaving | None:
        """The reason; None where none was chosen."""
        return Leaving(self.leaving.data) if self.leaving.data else None


def leaving_choices(form: LeavingForm) -> LeavingForm:
    """Give the form its reasons."""
    form.leaving.choices = [("", gettext("not said")), *((one.value, gettext(words)) for one, words in LEAVING.items())]
    return form


def leaving_text(person: Person) -> str | None:
    """Why and when an account was disabled; None for one that is open or was merged."""
    if person.erased_at is not None:
        return gettext("Erased on %(day)s.", day=day(person.erased_at))
    if person.disabled_at is None or person.merged_into_id is not None:
        return None
    words = gettext(LEAVING[Leaving(person.leaving)]) if person.leaving else gettext("No reason was written down")
    if person.left_on is None:
        return gettext("%(reason)s. Disabled on %(day)s.", reason=words, day=day(person.disabled_at))
    return gettext(
        "%(reason)s. Last day: %(last)s; disabled on %(day)s.",
        reason=words,
        last=day(person.left_on),
        day=day(person.disabled_at),
    )
