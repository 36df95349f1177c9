"""``kill -9`` under write load: nothing acknowledged is lost, nothing counts twice, the site starts again."""

import os
import random
import signal
from pathlib import Path

import pytest

from elearn.db.engine import Database
from tests.drills.killing import Ledger, check, wait_for_more, writing
from tests.loading import prepare
from tests.postgres import PostgresServer
from tests.serving import Server, eventually

LONG = pytest.mark.drill


def _sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'elearn.sqlite'}"


@pytest.mark.parametrize("rounds", [2, pytest.param(10, marks=LONG)])
def test_killing_workers_on_sqlite_loses_nothing(tmp_path: Path, rounds: int) -> None:
    _kill_workers(tmp_path, _sqlite(tmp_path), rounds)


@pytest.mark.parametrize("rounds", [1, pytest.param(5, marks=LONG)])
def test_killing_workers_on_postgresql_loses_nothing(postgres: PostgresServer, tmp_path: Path, rounds: int) -> None:
    _kill_workers(tmp_path, postgres.create_from_template(), rounds)


@pytest.mark.parametrize("rounds", [2, pytest.param(10, marks=LONG)])
def test_killing_everything_on_sqlite_loses_nothing(tmp_path: Path, rounds: int) -> None:
    _kill_everything(tmp_path, _sqlite(tmp_path), rounds)


@pytest.mark.parametrize("rounds", [1, pytest.param(5, marks=LONG)])
def test_killing_everything_on_postgresql_loses_nothing(postgres: PostgresServer, tmp_path: Path, rounds: int) -> None:
    _kill_everything(tmp_path, postgres.create_from_template(), rounds)


def _kill_workers(tmp_path: Path, url: str, rounds: int) -> None:
    """Kill one worker and then the other, while the site goes on."""
    stage, ledger, database = prepare(tmp_path / "data", url, officers=16), Ledger(), Database(url)
    with Server(tmp_path / "data", database_url=url) as server:
        for number in range(rounds):
            with writing(server.port, stage, ledger):
                wait_for_more(ledger, 60)
                victim = server.workers[number % 2]
                os.kill(victim, signal.SIGKILL)
                eventually(lambda victim=victim: victim not in server.workers, "the end of the worker")  # type: ignore[misc]
                wait_for_more(ledger, 60)
            check(database, ledger)
        assert server.stop() == 0
    check(database, ledger)
    database.dispose()


def _kill_everything(tmp_path: Path, url: str, rounds: int) -> None:
    """Kill all processes of the site at once, as a power cut would, and start it again."""
    stage, ledger, database = prepare(tmp_path / "data", url, officers=16), Ledger(), Database(url)
    chance = random.Random(rounds)  # noqa: S311
    server = Server(tmp_path / "data", database_url=url)
    for _ in range(rounds):
        with server, writing(server.port, stage, ledger):
            wait_for_more(ledger, chance.randrange(40, 120))
            server.kill()
        check(database, ledger)
    with server, writing(server.port, stage, ledger):
        wait_for_more(ledger, 20)
    check(database, ledger)
    database.dispose()
