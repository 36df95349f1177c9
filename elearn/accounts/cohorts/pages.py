"""What the pages of cohorts are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from elearn.accounts.cohorts.forms import CohortForm, JoinForm
from elearn.accounts.cohorts.queries import CohortRow
from elearn.accounts.models import Agency, Cohort, Country
from elearn.accounts.pages import PAGE_SIZE, agency_choices, page_numbers
from elearn.accounts.queries import PersonRow
from elearn.web.i18n import gettext, ngettext
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort in the list."""

    href: str
    name: str
    people: str


@dataclass(frozen=True, slots=True)
class CohortsPage:
    """The cohorts that one sees, and the form for a new one."""

    shell: Shell
    cohorts: tuple[CohortLine, ...]
    form: CohortForm
    done: str | None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody in a cohort."""

    href: str
    public_id: str
    full_name: str
    sign_in_name: str
    agency_name: str


@dataclass(frozen=True, slots=True)
class CohortPage:
    """A cohort: the people within reach who are in it, and the form by which others join."""

    shell: Shell
    name: str
    href: str
    enrol_href: str
    invite_href: str
    people: tuple[MemberLine, ...]
    count_text: str
    form: JoinForm
    pages: tuple[tuple[int | None, str, bool], ...]
    previous_href: str | None
    next_href: str | None
    done: str | None
    refusal: str | None


def cohorts_page(cohorts: Sequence[CohortRow], form: CohortForm, *, done: str | None = None) -> CohortsPage:
    """The list of cohorts."""
    return CohortsPage(
        shell=shell(),
        cohorts=tuple(
            CohortLine(f"/people/cohorts/{row.public_id}", row.name, people_words(row.people_count)) for row in cohorts
        ),
        form=form,
        done=done,
    )


def people_words(count: int) -> str:
    """How many people."""
    return ngettext("%(count)s person", "%(count)s people", count)


def cohort_page(
    cohort: Cohort,
    people: Sequence[PersonRow],
    agencies: Sequence[tuple[Agency, Country]],
    form: JoinForm,
    *,
    count: int,
    page: int,
    joined: int | None = None,
    refusal: str | None = None,
) -> CohortPage:
    """A cohort at one of the pages of its people; ``joined`` is how many have just joined."""
    href = f"/people/cohorts/{cohort.public_id}"
    last = max(1, -(-count // PAGE_SIZE))
    form.agency.choices = agency_choices(agencies, empty=gettext("nobody else"))

    def page_href(number: int) -> str:
        return f"{href}?page={number}" if number > 1 else href

    return CohortPage(
        shell=shell(),
        name=cohort.name,
        href=href,
        enrol_href=f"/people/enrolments?cohort={cohort.public_id}",
        invite_href=f"/people/invitations?cohort={cohort.public_id}",
        people=tuple(
            MemberLine(f"/people/{row.public_id}", row.public_id, row.full_name, row.sign_in_name, row.agency_name)
            for row in people
        ),
        count_text=people_words(count),
        form=form,
        pages=tuple((shown, page_href(shown) if shown else "", shown == page) for shown in page_numbers(page, last)),
        previous_href=page_href(page - 1) if page > 1 else None,
        next_href=page_href(page + 1) if page < last else None,
        done=ngettext("One person joined.", "%(count)s people joined.", joined) if joined is not None else None,
        refusal=refusal,
    )


def who_choices(cohorts: Sequence[CohortRow], agencies: Sequence[tuple[Agency, Country]]) -> list[SelectChoice]:
    """Whom something may be done for together, for a list of a form: a cohort, or an agency with those below it."""
    return [
        SelectChoice("", gettext("Choose")),
        *(SelectChoice(f"cohort:{row.public_id}", row.name, optgroup=gettext("Cohorts")) for row in cohorts),
        *(SelectChoice(f"agency:{agency.code}", agency.name, optgroup=gettext("Agencies")) for agency, _ in agencies),
    ]
