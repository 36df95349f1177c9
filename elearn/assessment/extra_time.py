"""The page on which an administrator grants somebody extra time: what it is given, and the form it sends."""

from collections.abc import Sequence
from dataclasses import dataclass

from wtforms import RadioField

from elearn.assessment.queries import Granted
from elearn.assessment.rules import EXTRA_PERCENTS
from elearn.web.forms import PageForm
from elearn.web.i18n import gettext, instant, marked
from elearn.web.shell import Shell, shell


class ExtraTimeForm(PageForm):
    """How much extra time."""

    percent = RadioField(marked("Extra time"), coerce=int)


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant in words."""

    percent: str
    when: str
    by: str


@dataclass(frozen=True, slots=True)
class ExtraTimePage:
    """A person's extra time. ``done`` and ``refusal`` say what became of what was just sent."""

    shell: Shell
    full_name: str
    person_href: str
    action: str
    form: ExtraTimeForm
    grants: tuple[GrantRow, ...]
    done: str | None
    refusal: str | None


def with_choices(form: ExtraTimeForm) -> ExtraTimeForm:
    """The form with what may be chosen, in the language of the page."""
    form.percent.choices = [(percent, _percent_words(percent)) for percent in EXTRA_PERCENTS]
    return form


def extra_time_page(
    public_id: str,
    full_name: str,
    grants: Sequence[Granted],
    form: ExtraTimeForm,
    *,
    is_done: bool = False,
    refusal: str | None = None,
) -> ExtraTimePage:
    """The page; ``grants`` are the newest first."""
    return ExtraTimePage(
        shell=shell(),
        full_name=full_name,
        person_href=f"/people/{public_id}",
        action=f"/people/{public_id}/extra-time",
        form=form,
        grants=tuple(GrantRow(_percent_words(each.percent), instant(each.granted_at), each.by) for each in grants),
        done=gettext("Saved. It counts from the next attempt that is started.") if is_done else None,
        refusal=refusal,
    )


def _percent_words(percent: int) -> str:
    if percent == 0:
        return gettext("None")
    # The examples say more than the number alone.
    return gettext(
        "+%(percent)s%%: 60 minutes become %(minutes)s", percent=percent, minutes=60 * (100 + percent) // 100
    )
