"""``elearn person`` and ``elearn agency``: people without a browser, such as the first administrator."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from elearn.accounts.agencies.queries import agency_within, branches_within
from elearn.accounts.agencies.services import AgencyDetails, change_agency, register_agency, remove_agency
from elearn.accounts.importing.rules import Fate
from elearn.accounts.importing.services import import_people, plan_import
from elearn.accounts.inviting.rules import Way
from elearn.accounts.inviting.services import invite
from elearn.accounts.models import Agency, Country, Person
from elearn.accounts.queries import (
    PeopleFilter,
    agency_by_code,
    grants_held,
    people_rows,
    person_by_sign_in_name,
)
from elearn.accounts.resets.rules import ResetKind
from elearn.accounts.resets.services import take_password
from elearn.accounts.rules import (
    OPERATOR,
    NoSuchAgency,
    NoSuchPerson,
    checked_country_code,
    checked_name,
    name_words,
    wanted_grant,
)
from elearn.accounts.second.queries import has_second_step
from elearn.accounts.second.services import reset_second_step
from elearn.accounts.services import (
    PersonDetails,
    give_role,
    register_person,
    set_password,
)
from elearn.accounts.sso.services import remove_links
from elearn.cli.site import settings_of, writing
from elearn.core.clock import now as clock
from elearn.core.refusals import Invalid
from elearn.security.passwords import Passwords, check_strength
from elearn.settings import LANGUAGES, Settings
from elearn.web.i18n import locale_of

Command = TypeVar("Command", bound=Callable[..., Any])


class NobodyOfThisName(NoSuchPerson):
    """No account has this sign-in name."""

    message = "There is no person with the sign-in name %(name)s; elearn person list shows who there is."


class TwoPasswords(Invalid):
    """Two sources of a password were given."""

    message = "Give the password once: with --password or with --password-stdin."


class NoPasswordSent(Invalid):
    """Nothing came on standard input."""

    message = "No password came on standard input; send it as one line."


class CountryNeedsName(Invalid):
    """The country is new here and its code tells no name."""

    message = "No country of ISO 3166 has the code %(code)s; give its name with --country-name."


def site_options(command: Command) -> Command:
    """Which site a command is about."""
    for option in (
        click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The data folder."),
        click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A config.py."),
    ):
        command = option(command)
    return command


def _password_options(command: Command) -> Command:
    """Where a password comes from."""
    for option in (
        click.option("--password", help="The password; others on this computer may see it while the command runs."),
        click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
    ):
        command = option(command)
    return command


@click.group()
def person() -> None:
    """People: add, import, list, new passwords."""


@click.group()
def agency() -> None:
    """Agencies: add, change, remove, list."""


@person.command("add")
@click.argument("name")
@click.option("--full-name", required=True, help="The name as on certificates, in any alphabet.")
@click.option("--agency", "agency_code", required=True, metavar="CODE", help="The code of their agency.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE[:REACH]",
    help="A role besides learning: trainer, manager:agency:CODE, manager:country:XX, administrator:all.",
)
@click.option("--latin-name", help="The name in Latin letters, as in the passport.")
@click.option("--email", help="An e-mail address; nobody needs one.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of their pages [as the browser asks].")
@_password_options
@site_options
def add(
    name: str,
    full_name: str,
    agency_code: str,
    roles: tuple[str, ...],
    latin_name: str | None,
    email: str | None,
    language: str | None,
    password: str | None,
    password_stdin: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Add a person whose sign-in name is NAME. Without a password a one-time code is printed, to choose one with."""
    settings = settings_of(config, data)
    wanted = [wanted_grant(role) for role in roles]
    chosen = _chosen_password(password, password_stdin, full_name, latin_name, checked_name(name))
    password_hash = _hash(settings, chosen) if chosen is not None else None
    with writing(settings) as session:
        home = agency_by_code(session, agency_code)
        if home is None:
            raise NoSuchAgency(code=agency_code)
        now = clock()
        added = register_person(
            session,
            PersonDetails(full_name=full_name, latin_name=latin_name, email=email, language=language),
            sign_in_name=name,
            agency=home,
            password_hash=password_hash,
            actor=OPERATOR,
            now=now,
        )
        for grant in wanted:
            give_role(session, added, grant, actor=OPERATOR, now=now)
        held = ", ".join(one.text for one in grants_held(session, [added.id])[added.id])
        lines = [f"Added {added.sign_in_name}: {added.full_name}, {home.code}, {held}"]
        if password_hash is None:
            (invitation,) = invite(session, [added.id], Way.SLIPS, actor=OPERATOR, now=now)
            lines += _code_lines(settings, added, invitation.secret, ResetKind.SLIP)
    for line in lines:
        click.echo(line)


@person.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would become of each row, and write nothing.")
@click.option(
    "--add-alike", is_flag=True, help="Add people, too, who have nearly the name of somebody in their agency."
)
@site_options
def import_file(file: Path, dry_run: bool, add_alike: bool, config: Path | None, data: Path | None) -> None:
    """Add the people of FILE, CSV or XLSX; who is here already stays as they are.

    The columns are username, firstname, lastname (or full_name), agency, and those of Moodle. Nobody gets a password.
    """
    settings = settings_of(config, data)
    sent = file.read_bytes()
    with writing(settings) as session:
        plan = plan_import(session, sent, languages=settings.languages, actor=OPERATOR)
        if not dry_run:
            also = frozenset(row.number for row in plan.rows) if add_alike else frozenset[int]()
            done = import_people(session, sent, also=also, languages=settings.languages, actor=OPERATOR, now=clock())
            plan = done.plan
    lines = [
        (
            str(row.number),
            row.fate.value,
            row.shown,
            " ".join([*(str(each) for each in row.refusals), *([f"as {row.alike}"] if row.alike else []), *row.joins]),
        )
        for row in plan.rows
        if row.fate is not Fate.HERE or row.joins
    ]
    if lines:
        _print_table(("ROW", "STATE", "NAME", ""), lines)
    if plan.ignored:
        click.echo(f"Ignored columns: {', '.join(plan.ignored)}")
    if dry_run:
        click.echo(f"{plan.count(Fate.NEW)} would be added, {plan.count(Fate.HERE)} are here, nothing was written.")
    else:
        click.echo(f"{done.added} added, {plan.count(Fate.HERE)} were here, {done.joined} joined cohorts.")
    if plan.count(Fate.WRONG):
        sys.exit(1)


@person.command("list")
@site_options
def list_people(config: Path | None, data: Path | None) -> None:
    """Show everybody who has an account."""
    with writing(settings_of(config, data)) as session:
        people = people_rows(session, OPERATOR.reach, PeopleFilter())
        grants = grants_held(session, [row.person_id for row in people])
        lines = [
            (
                row.sign_in_name,
                row.full_name,
                row.agency_code,
                row.state.value,
                " ".join(one.text for one in grants[row.person_id]),
            )
            for row in people
        ]
    _print_table(("SIGN-IN NAME", "NAME", "AGENCY", "STATE", "ROLES"), lines)


@person.command("password")
@click.argument("name")
@_password_options
@site_options
def new_password(name: str, password: str | None, password_stdin: bool, config: Path | None, data: Path | None) -> None:
    """Set the password of the person with the sign-in name NAME, who is signed out everywhere.

    Without one the old password is taken away, and a one-time code is printed, to choose one with.
    """
    settings = settings_of(config, data)
    with writing(settings) as session:
        found = person_by_sign_in_name(session, name)
        if found is None:
            raise NobodyOfThisName(name=name)
        names = (found.full_name, found.latin_name, found.sign_in_name)
    chosen = _chosen_password(password, password_stdin, *names)
    password_hash = _hash(settings, chosen) if chosen is not None else None
    with writing(settings) as session:
        found = person_by_sign_in_name(session, name)
        if found is None:
            raise NobodyOfThisName(name=name)
        if password_hash is None:
            code = take_password(session, found, actor=OPERATOR, now=clock())
            lines = [f"The password of {names[2]} is taken away; they were signed out everywhere."]
            lines += _code_lines(settings, found, code, ResetKind.CODE)
        else:
            set_password(session, found, password_hash, actor=OPERATOR, now=clock())
            lines = [f"The password of {names[2]} is changed; they were signed out everywhere."]
    for line in lines:
        click.echo(line)


@person.command("reset-mfa")
@click.argument("name")
@site_options
def reset_mfa(name: str, config: Path | None, data: Path | None) -> None:
    """Switch off the second step of the person with the sign-in name NAME; they are signed out everywhere."""
    with writing(settings_of(config, data)) as session:
        found = person_by_sign_in_name(session, name)
        if found is None:
            raise NobodyOfThisName(name=name)
        had_one = has_second_step(session, found.id)
        reset_second_step(session, found, actor=OPERATOR, now=clock())
        line = f"{found.sign_in_name} signs in with the password alone now; they were signed out everywhere."
    click.echo(line if had_one else f"{found.sign_in_name} had no second step.")


@person.command("unlink")
@click.argument("name")
@site_options
def unlink(name: str, config: Path | None, data: Path | None) -> None:
    """Take the link to single sign-on from the person with the sign-in name NAME; they are signed out everywhere."""
    with writing(settings_of(config, data)) as session:
        found = person_by_sign_in_name(session, name)
        if found is None:
            raise NobodyOfThisName(name=name)
        remove_links(session, found, actor=OPERATOR, now=clock())
        line = f"{found.sign_in_name} is not linked to single sign-on any more, and was signed out everywhere."
    click.echo(line)


@agency.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--country", metavar="XX", help="The country's two letters of ISO 3166, such as KZ [that of --below].")
@click.option("--country-name", help="The country's name [its English one].")
@click.option("--below", metavar="CODE", help="The agency that it stands below [none].")
@site_options
def add_one(
    code: str,
    name: str,
    country: str | None,
    country_name: str | None,
    below: str | None,
    config: Path | None,
    data: Path | None,
) -> None:
    """Add the agency NAME, which people are given by its CODE."""
    if country is None and below is None:
        raise click.UsageError("Give --country, or --below for an agency that stands below another.")
    with writing(settings_of(config, data)) as session:
        parent = agency_within(session, below, OPERATOR) if below is not None else None
        if country_name is None and country is not None and session.get(Country, checked_country_code(country)) is None:
            country_name = _english_name(checked_country_code(country))
        added = register_agency(
            session,
            code=code,
            name=name,
            country_code=country,
            country_name=country_name,
            parent=parent,
            actor=OPERATOR,
            now=clock(),
        )
        line = f"Added {added.code}: {added.name}, {session.get_one(Country, added.country_code).name}"
    click.echo(line)


@agency.command("change")
@click.argument("code")
@click.option("--name", help="Its new name [the one it has].")
@click.option("--below", metavar="CODE", help="The agency that it shall stand below, with all below it.")
@click.option("--top", is_flag=True, help="It shall stand below none.")
@site_options
def change_one(
    code: str, name: str | None, below: str | None, top: bool, config: Path | None, data: Path | None
) -> None:
    """Change the name of the agency CODE, or where it stands."""
    if below is not None and top:
        raise click.UsageError("Give --below or --top, not both.")
    with writing(settings_of(config, data)) as session:
        found = agency_within(session, code, OPERATOR)
        if below is not None:
            parent: Agency | None = agency_within(session, below, OPERATOR)
        else:
            parent = None if top or found.parent_id is None else session.get(Agency, found.parent_id)
        details = AgencyDetails(name if name is not None else found.name, parent)
        change_agency(session, found, details, actor=OPERATOR, now=clock())
        line = f"Changed {found.code}: {found.name}, {f'below {parent.code}' if parent is not None else 'at the top'}"
    click.echo(line)


@agency.command("remove")
@click.argument("code")
@site_options
def remove_one(code: str, config: Path | None, data: Path | None) -> None:
    """Remove the agency CODE, to which nothing belongs, such as one of a misspelt code."""
    with writing(settings_of(config, data)) as session:
        found = agency_within(session, code, OPERATOR)
        line = f"Removed {found.code}: {found.name}"
        remove_agency(session, found, actor=OPERATOR, now=clock())
    click.echo(line)


@agency.command("list")
@site_options
def list_agencies(config: Path | None, data: Path | None) -> None:
    """Show every agency and how many people it has."""
    with writing(settings_of(config, data)) as session:
        lines = [
            (
                "  " * branch.level + branch.agency.code,
                branch.agency.name,
                f"{branch.country.name} ({branch.country.code})",
                str(branch.people_count),
            )
            for branch in branches_within(session, OPERATOR)
        ]
    _print_table(("CODE", "NAME", "COUNTRY", "PEOPLE"), lines)


def _english_name(country_code: str) -> str:
    """The name of a country of ISO 3166. Raises CountryNeedsName for the codes that are free for invented ones."""
    name: str | None = locale_of("en").territories.get(country_code)
    if name is None or country_code == "ZZ" or (country_code[0] == "X" and country_code != "XK"):
        raise CountryNeedsName(code=country_code)
    return name


def _chosen_password(password: str | None, from_stdin: bool, *names: str | None) -> str | None:
    """The password that was given, or None for none. Raises TwoPasswords, NoPasswordSent, WeakPassword."""
    if from_stdin:
        if password is not None:
            raise TwoPasswords
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise NoPasswordSent
    if password is not None:
        check_strength(password, *name_words(*names))
    return password


def _code_lines(settings: Settings, owner: Person, code: str, kind: ResetKind) -> list[str]:
    """A one-time code, how long it is good and where it is used."""
    where = f"{settings.public_url or ''}/sign-in/new-password"
    span = "7 days" if kind is ResetKind.SLIP else "24 hours"
    return [f"One-time code: {code}", f"With it {owner.sign_in_name} chooses a password at {where}, within {span}."]


def _hash(settings: Settings, password: str) -> str:
    """Hash before the database is opened for writing: it takes long."""
    return Passwords(memory_mib=settings.password_memory_mib, rounds=settings.password_rounds).hash(password)


def _print_table(heads: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> None:
    rows = [heads, *lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
