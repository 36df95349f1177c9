"""The page that tells administrators what each role may do."""

from flask import render_template

from elearn.accounts.blueprint import accounts
from elearn.accounts.permission_pages import permissions_page
from elearn.security.policy import Permission
from elearn.web.access import needs


@accounts.get("/people/permissions")
@needs(Permission.MANAGE_PEOPLE)
def permissions() -> str:
    """The permission table in words."""
    return render_template("accounts/permissions.html", page=permissions_page())
