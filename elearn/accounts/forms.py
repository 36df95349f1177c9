"""The forms of sign-in, people and one's own account."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, EmailField, Form, HiddenField, PasswordField, SearchField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from elearn.accounts.rules import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_STAFF_NUMBER,
    AccountState,
    WantedGrant,
    checked_email,
    checked_full_name,
    checked_latin_name,
    checked_name,
    checked_staff_number,
    grant_text,
    visible,
    wanted_grant,
)
from elearn.accounts.second.forms import CODE_LABEL
from elearn.core.refusals import Refusal
from elearn.security.passwords import LONGEST, SHORTEST
from elearn.security.policy import SCOPES, Role, ScopeKind
from elearn.web.errors import refusal_text
from elearn.web.forms import PageForm
from elearn.web.i18n import gettext, marked

# A select's choices: value and label, or under headings.
Choices = list[tuple[str, str]] | dict[str, list[tuple[str, str]]]

ROLES = {
    Role.OFFICER: marked("Officer"),
    Role.TRAINER: marked("Trainer"),
    Role.MANAGER: marked("Manager"),
    Role.ORGANISER: marked("Organiser"),
    Role.COORDINATOR: marked("National coordinator"),
    Role.ADMINISTRATOR: marked("Administrator"),
}
STATES = {
    AccountState.ACTIVE: marked("Active"),
    AccountState.NO_PASSWORD: marked("No password yet"),
    AccountState.DISABLED: marked("Disabled"),
}


def keeps(rule: Callable[[str], object]) -> Callable[[Form, Any], None]:
    """Make a validator of a rule that raises a refusal; it judges what was typed, not what a page shows of it."""

    def check(form: Form, field: Any) -> None:
        typed = field.raw_data[0] if field.raw_data else field.data
        try:
            rule(typed or "")
        except Refusal as refusal:
            raise ValidationError(refusal_text(refusal)) from refusal

    return check


def readable(text: str | None) -> str | None:
    """Turn what cannot be seen into question marks: it is refused anyhow, and a page may not hold it."""
    return visible(text) if text else text


def refuse(field: Any, refusal: Refusal) -> None:
    """Say at a field why what was written there was refused."""
    field.errors = [*field.errors, refusal_text(refusal)]


class SignInForm(PageForm):
    """Name and password."""

    sign_in_name = StringField(
        marked("Sign-in name"), [InputRequired(marked("Write your sign-in name.")), Length(max=200)], [readable]
    )
    password = PasswordField(marked("Password"), [InputRequired(marked("Write your password.")), Length(max=LONGEST)])
    is_shared_device = BooleanField(marked("This is a shared computer"))


class PeopleFilterForm(PageForm):
    """Which people a list shows; it is in the address."""

    q = SearchField(marked("Name"), filters=[readable])
    agency = SelectField(marked("Agency"), validate_choice=False)
    role = SelectField(marked("Role"), validate_choice=False)
    state = SelectField(marked("State"), validate_choice=False)


class PersonForm(PageForm):
    """What an administrator writes about a person."""

    full_name = StringField(
        marked("Full name"),
        [InputRequired(marked("Write the person's name.")), Length(max=LONGEST_NAME), keeps(checked_full_name)],
        [readable],
    )
    latin_name = StringField(
        marked("Name in Latin letters"), [Length(max=LONGEST_NAME), keeps(checked_latin_name)], [readable]
    )
    agency = SelectField(marked("Agency"))
    language = SelectField(marked("Language"))
    staff_number = StringField(
        marked("Staff number"), [Length(max=LONGEST_STAFF_NUMBER), keeps(checked_staff_number)], [readable]
    )
    email = EmailField(marked("E-mail"), [Length(max=LONGEST_EMAIL), keeps(checked_email)], [readable])
    mark = HiddenField()  # of what stood there when the page was made


class NewPersonForm(PersonForm):
    """A person who has no account yet."""

    first = ("full_name", "latin_name", "sign_in_name", "agency", "staff_number")

    sign_in_name = StringField(
        marked("Sign-in name"), [InputRequired(marked("Write a sign-in name.")), keeps(checked_name)], [readable]
    )


class RoleForm(PageForm):
    """A role to give, and how far it reaches."""

    role = SelectField(marked("Role"))
    scope = SelectField(marked("Reach"))

    def validate_scope(self, field: Any) -> None:
        """Ask how far a role reaches, but where that is nowhere beyond oneself or everywhere for everybody."""
        scopes = SCOPES[Role(self.role.data)] if self.role.data in list(Role) else ()
        if not field.data and not {ScopeKind.AGENCY, ScopeKind.COUNTRY}.isdisjoint(scopes):
            raise ValidationError(gettext("Choose how far the role reaches."))

    def wanted(self) -> WantedGrant:
        """The grant that is asked for. Raises BadGrant, WrongScope."""
        return wanted_grant(grant_text(Role(self.role.data), self.scope.data))


class LanguageForm(PageForm):
    """One's own language."""

    language = SelectField(marked("Language"))


class DigestForm(PageForm):
    """Whether one wants the daily e-mail."""

    wants_digest = BooleanField(marked("Send me one e-mail a day if something is new"))


class PasswordForm(PageForm):
    """One's own new password, and the current one as a proof, with a code of whoever has a second step."""

    current_password = PasswordField(
        marked("Current password"), [InputRequired(marked("Write your current password.")), Length(max=LONGEST)]
    )
    code = StringField(CODE_LABEL, [Length(max=100)])
    new_password = PasswordField(
        marked("New password"), [InputRequired(marked("Write a new password."))], render_kw={"minlength": SHORTEST}
    )
