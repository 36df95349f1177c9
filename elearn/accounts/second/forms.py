"""The forms of the second step."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from elearn.security.passwords import LONGEST
from elearn.web.forms import PageForm
from elearn.web.i18n import marked

WRITE_CODE = marked("Write the code.")
CODE_LABEL = marked("Code from the app, or a recovery code")


class CodeForm(PageForm):
    """The second step of signing in."""

    code = StringField(CODE_LABEL, [InputRequired(WRITE_CODE), Length(max=100)])


class ProofForm(PageForm):
    """The current password, and of whoever has a second step a code, as a proof."""

    current_password = PasswordField(
        marked("Current password"), [InputRequired(marked("Write your current password.")), Length(max=LONGEST)]
    )
    code = StringField(CODE_LABEL, [Length(max=100)])


class SetUpForm(ProofForm):
    """The first code of an app, which shows that it has the key. ``seed`` is what the key was made from."""

    first = ("code",)

    code = StringField(marked("Code from the app"), [InputRequired(WRITE_CODE), Length(max=100)])
    seed = HiddenField()
