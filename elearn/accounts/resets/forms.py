"""The forms of a new password without the old one."""

from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from elearn.accounts.forms import keeps, readable
from elearn.accounts.rules import LONGEST_EMAIL, checked_email
from elearn.security.passwords import SHORTEST
from elearn.web.forms import PageForm
from elearn.web.i18n import marked


class AddressForm(PageForm):
    """Where a link is to be sent."""

    email = EmailField(
        marked("E-mail"),
        [InputRequired(marked("Write your e-mail address.")), Length(max=LONGEST_EMAIL), keeps(checked_email)],
        [readable],
    )


class LinkForm(PageForm):
    """A new password by a link."""

    new_password = PasswordField(
        marked("New password"), [InputRequired(marked("Write a new password."))], render_kw={"minlength": SHORTEST}
    )


class OneTimeCodeForm(LinkForm):
    """A new password by a one-time code."""

    first = ("sign_in_name", "code")

    sign_in_name = StringField(
        marked("Sign-in name"), [InputRequired(marked("Write your sign-in name.")), Length(max=200)], [readable]
    )
    code = StringField(marked("One-time code"), [InputRequired(marked("Write the code.")), Length(max=100)], [readable])
