"""Single sign-on in a browser, which holds redirects against the content security policy."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from elearn.app import create_app
from elearn.db.engine import Database
from elearn.settings import Settings
from tests.checking import PASSWORD
from tests.factories import a_person, writing
from tests.oidc_provider import CLIENT, SECRET, Elsewhere, free_port, identity_provider

pytestmark = pytest.mark.browser


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with identity_provider() as found:
        yield found


@pytest.fixture
def address(sqlite_url: str, tmp_path: Path, elsewhere: Elsewhere) -> Iterator[str]:
    """The address of a site with this provider."""
    secret = tmp_path / "client.secret"
    secret.write_text(SECRET)
    secret.chmod(stat.S_IRUSR)
    port = free_port()
    found = f"http://localhost:{port}"
    settings = Settings(
        data_dir=tmp_path,
        public_url=found,
        password_memory_mib=1,
        password_rounds=1,
        oidc_issuer=elsewhere.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=secret,
    )
    database = Database(sqlite_url)
    app = create_app(settings, database)
    with writing(app) as session:
        a_person(session, "officer")
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()
    database.dispose()


def test_a_person_links_the_account_and_comes_in_by_the_button(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="en", java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in?next=/account/identity")
    page.fill("[name=sign_in_name]", "officer")
    page.fill("[name=password]", PASSWORD)
    page.click(".entry-form button.primary")
    page.fill("[name=current_password]", PASSWORD)
    page.click("text=Link my account")
    page.click("text=Go on to single sign-on")
    page.wait_for_url("**/account?done=linked")
    context.clear_cookies()
    page.goto("/notes")
    page.click("text=Sign in with single sign-on")
    page.wait_for_url("**/notes")
    context.close()
