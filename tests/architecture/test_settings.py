"""The deployer's template ``config.py`` and the typed settings say the same."""

import ast
import runpy
from pathlib import Path

import pytest

from elearn.security.policy import Role
from elearn.settings import Settings, load_settings
from elearn.shipped import shipped


def _template() -> dict[str, object]:
    return {name: value for name, value in runpy.run_path(str(shipped("config.py"))).items() if name.isupper()}


def test_the_template_has_every_setting_and_no_other() -> None:
    assert set(_template()) == {name.upper() for name in Settings.model_fields}


def test_the_template_shows_the_defaults() -> None:
    assert load_settings(shipped("config.py")) == Settings()


@pytest.mark.parametrize("name", sorted(_template()))
def test_every_setting_of_the_template_has_a_comment(name: str) -> None:
    source = shipped("config.py").read_text()
    line = next(
        statement.lineno
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and statement.targets[0].id == name
    )
    above = source.splitlines()[: line - 1]
    while above and above[-1] and not above[-1].startswith("#"):
        above.pop()  # settings that share a comment stand directly below one another
    assert above
    assert above[-1].startswith("# ")


def test_a_setting_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="extra"):
        Settings(colour="blue")  # type: ignore[call-arg]


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.py"
    file.write_text("PORT = 1111\nTHREADS = 3\nSITE_NAME = 'From the file'\n")
    monkeypatch.setenv("ELEARN_PORT", "2222")
    monkeypatch.setenv("ELEARN_THREADS", "4")
    monkeypatch.setenv("ELEARN_DATABASE_URL", "sqlite:////environment.sqlite")

    found = load_settings(file, port=3333, database_url="sqlite:////told.sqlite")
    assert (found.port, found.threads, found.site_name) == (3333, 4, "From the file")
    assert found.sqlalchemy_url == "sqlite:////told.sqlite"


def test_people_of_each_role_can_be_made_to_have_a_second_step() -> None:
    assert Settings(mfa_roles=tuple(role.value for role in Role)).mfa_roles == tuple(Role)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"oidc_issuer": "http://login.unit.example", "oidc_client_id": "x"}, "oidc_issuer"),
        ({"oidc_issuer": "https://login.unit.example/?x", "oidc_client_id": "x"}, "oidc_issuer"),
        ({"oidc_issuer": "https://login.unit.example", "oidc_client_id": "x", "public_url": None}, "oidc_issuer"),
        ({"oidc_issuer": "https://login.unit.example"}, "oidc_client_id"),
        ({"ldap_host": "dc.unit.example", "ldap_user": "uid={name}", "ldap_tls": "none"}, "ldap_tls"),
        ({"ldap_host": "dc.unit.example"}, "ldap_search_base"),
        ({"ldap_host": "dc.unit.example", "ldap_user": "{name}", "ldap_search_base": "dc=unit"}, "ldap_search_base"),
        ({"ldap_host": "dc.unit.example", "ldap_user": "uid=name"}, "ldap_user"),
        ({"local_sign_in": "administrators"}, "local_sign_in"),
    ],
)
def test_settings_of_other_doors_that_would_be_unsafe_or_shut_everybody_out_are_refused(
    values: dict[str, object], name: str
) -> None:
    told = {"public_url": "https://training.example"} | values
    with pytest.raises(ValueError, match=name):
        Settings(**told)  # type: ignore[arg-type]
    if "oidc_issuer" not in values and "ldap_host" not in values:
        Settings(**told, oidc_issuer="https://login.unit.example", oidc_client_id="x")  # type: ignore[arg-type]
