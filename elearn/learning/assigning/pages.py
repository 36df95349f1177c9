"""What the page that enrols many people is given, and a last day in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from elearn.accounts.cohorts.pages import who_choices
from elearn.accounts.cohorts.queries import CohortRow
from elearn.accounts.models import Agency, Country
from elearn.content.course import Course
from elearn.learning.assigning.forms import AssignForm
from elearn.learning.assigning.services import Assigned
from elearn.learning.pages import title_in
from elearn.web.i18n import gettext, ngettext
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class AssignPage:
    """The form that enrols many people. ``done`` says what was just done."""

    shell: Shell
    form: AssignForm
    done: str | None
    refusal: str | None


def assign_page(form: AssignForm, *, done: Assigned | None = None, refusal: str | None = None) -> AssignPage:
    """The page; the form has its choices."""
    return AssignPage(shell(), form, _done_words(done) if done is not None else None, refusal)


def with_choices(
    form: AssignForm,
    cohorts: Sequence[CohortRow],
    agencies: Sequence[tuple[Agency, Country]],
    courses: Sequence[Course],
) -> AssignForm:
    """The form with what may be chosen."""
    form.who.choices = who_choices(cohorts, agencies)
    form.course.choices = [
        ("", gettext("Choose")),
        *((course.slug, str(title_in(course.texts, course.language).striptags())) for course in courses),
    ]
    return form


def _done_words(done: Assigned) -> str:
    if not done.enrolled and not done.dated:
        return gettext("Nothing was changed: everybody was enrolled already, and this was their last day.")
    said = [ngettext("One person was enrolled.", "%(count)s people were enrolled.", done.enrolled)]
    if done.dated:
        said.append(
            ngettext(
                "One who was enrolled already got the last day.",
                "%(count)s who were enrolled already got the last day.",
                done.dated,
            )
        )
    return " ".join(said)
