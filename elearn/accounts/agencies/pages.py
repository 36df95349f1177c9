"""What the pages of agencies are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from elearn.accounts.agencies.forms import AgencyForm, NewAgencyForm
from elearn.accounts.agencies.queries import Branch
from elearn.accounts.models import Agency, Country
from elearn.web.i18n import gettext, ngettext
from elearn.web.shell import Shell, shell

LEVEL = "\u2003"
"""An em space: what a choice begins with for each level, as lists of a form can be indented by nothing else."""


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency in the tree; ``level`` counts from 0, ``below`` names what it stands below for who hears the list."""

    href: str
    code: str
    name: str
    country: str
    level: int
    below: str | None
    people: str


@dataclass(frozen=True, slots=True)
class AgenciesPage:
    """The agencies within reach, and the form for a new one."""

    shell: Shell
    agencies: tuple[AgencyLine, ...]
    form: NewAgencyForm
    refusal: str | None
    done: str | None
    has_countries: bool


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """An agency that may be changed; without ``may_move`` it stays where it is."""

    shell: Shell
    code: str
    name: str
    country: str
    form: AgencyForm
    may_move: bool
    refusal: str | None


def agencies_page(
    branches: Sequence[Branch],
    form: NewAgencyForm,
    countries: Sequence[Country],
    *,
    refusal: str | None = None,
    done: str | None = None,
) -> AgenciesPage:
    """The tree; ``countries`` are those at whose top an agency may be added."""
    names = {branch.agency.id: branch.agency.name for branch in branches}
    form.parent.choices = parent_choices(
        branches, top=gettext("nothing: the top of its country") if countries else None
    )
    form.country.choices = [(country.code, country.name) for country in countries]
    return AgenciesPage(
        shell=shell(),
        agencies=tuple(
            AgencyLine(
                href=f"/people/agencies/{branch.agency.code}",
                code=branch.agency.code,
                name=branch.agency.name,
                country=branch.country.name,
                level=branch.level,
                below=names.get(branch.agency.parent_id) if branch.agency.parent_id is not None else None,
                people=ngettext("%(count)s person", "%(count)s people", branch.people_count),
            )
            for branch in branches
        ),
        form=form,
        refusal=refusal,
        done=done,
        has_countries=bool(countries),
    )


def agency_page(
    agency: Agency,
    country: Country,
    branches: Sequence[Branch],
    form: AgencyForm,
    *,
    may_move: bool,
    may_be_top: bool,
    refusal: str | None = None,
) -> AgencyPage:
    """An agency; ``branches`` are those it may stand below."""
    there = [branch for branch in branches if branch.country.code == country.code]
    top = gettext("nothing: the top of its country") if may_be_top else None
    form.parent.choices = parent_choices(there, top=top)
    return AgencyPage(shell(), agency.code, agency.name, country.name, form, may_move, refusal)


def parent_choices(branches: Sequence[Branch], *, top: str | None) -> list[tuple[str, str]]:
    """The agencies that another may stand below, indented by their level."""
    first = [("", top)] if top is not None else []
    return [*first, *((branch.agency.code, LEVEL * branch.level + branch.agency.name) for branch in branches)]
