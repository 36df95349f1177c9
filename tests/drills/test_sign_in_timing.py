"""Who tries names at the door learns nothing from how long the answer takes: known, unknown and disabled are alike.

The ratio of medians over some hundred wrong tries in turn, on one connection to a served site at the cost that
passwords have by default. On a machine that is busy with other things the ratio scatters: run it on an idle one.
"""

import http.client
import re
import statistics
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from elearn.app import create_app
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.security.passwords import Passwords
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.factories import a_person, writing
from tests.serving import Server

pytestmark = pytest.mark.drill

ACCOUNTS = 60  # of each kind; each is tried a few times, far below what is refused
TRIES = 5
LEAST, MOST = 0.9, 1.1


class Door:
    """A browser at the page of signing in."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        page, headers = self._ask("GET", "/sign-in")
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None
        self._token = found[1]
        self._cookies = "; ".join(each.partition(";")[0] for each in headers)

    def try_name(self, name: str) -> tuple[float, str]:
        """Seconds that a wrong password for this name takes to be refused (403), and what is said."""
        body = urlencode({"csrf_token": self._token, "sign_in_name": name, "password": "a wrong one, and long enough"})
        began = time.perf_counter()
        page, _ = self._ask("POST", "/sign-in", body)
        took = time.perf_counter() - began
        alert = re.search(r'role="alert".*?</div>', page, re.DOTALL)
        assert alert is not None
        return took, alert[0].replace(name, "NAME")

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[str, list[str]]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        if body:
            headers["Cookie"] = self._cookies
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        page = answer.read().decode()
        assert answer.status in (200, 403), page
        return page, answer.headers.get_all("Set-Cookie") or []


KINDS = ("known", "unknown", "closed")


def test_the_answer_to_a_wrong_password_tells_not_whether_there_is_such_an_account(tmp_path: Path) -> None:
    took = medians(tmp_path / "data", tries=TRIES)
    for kind in ("unknown", "closed"):
        assert LEAST <= took["known"] / took[kind] <= MOST, took


def test_a_site_that_hashes_nothing_for_unknown_names_is_found(tmp_path: Path) -> None:
    hasty = """
from elearn.security.passwords import Passwords
careful = Passwords.matches
Passwords.matches = lambda self, stored, password: stored is not None and careful(self, stored, password)
"""
    took = medians(tmp_path / "data", tries=1, before=hasty)
    assert took["known"] / took["unknown"] > MOST, took


def medians(data: Path, *, tries: int, before: str = "") -> dict[str, float]:
    """Seconds that a wrong password takes by the kind of its account; the words must be the same for all."""
    data.mkdir(mode=0o700)
    usual = Settings()
    memory, rounds = usual.password_memory_mib, usual.password_rounds
    settings = Settings(data_dir=data, password_memory_mib=memory, password_rounds=rounds)
    database = Database(settings.sqlalchemy_url)
    upgrade(database, shipped("migrations"))
    app = create_app(settings, database)
    with writing(app) as session:
        of_some_password = Passwords(memory_mib=memory, rounds=rounds).hash("another")
        for number in range(ACCOUNTS):
            a_person(session, f"known{number}", password_hash=of_some_password)
            a_person(session, f"closed{number}", password_hash=of_some_password).disabled_at = clock()
    database.dispose()
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    said: set[str] = set()
    with (
        Server(data, workers=1, before=before, password_memory_mib=memory, password_rounds=rounds) as server,
        closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection,
    ):
        door = Door(connection)
        for kind in KINDS:
            door.try_name(f"{kind}-first")
        for turn in range(tries):
            for number in range(ACCOUNTS):
                for kind in KINDS[turn % 3 :] + KINDS[: turn % 3]:
                    seconds, words = door.try_name(f"{kind}{number}")
                    took[kind].append(seconds)
                    said.add(words)
    assert len(said) == 1, said
    found = {kind: statistics.median(times) for kind, times in took.items()}
    print({kind: f"{1000 * median:.1f} ms" for kind, median in found.items()})
    return found
