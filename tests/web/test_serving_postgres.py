"""``elearn serve`` on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.postgres import PostgresServer
from tests.serving import Server


def test_two_servers_that_start_at_once_on_an_empty_database_both_run(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres.create("two_servers")
    servers = [Server(tmp_path / name, database_url=address, workers=1) for name in ("one", "two")]
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Server.start, servers))
        for server in servers:
            assert server.get("/healthz").status == 200
            assert server.get("/sign-in").status == 200
            assert server.stop() == 0
            assert not (server.data / "elearn.sqlite").exists()
    finally:
        for server in servers:
            server.__exit__(None, None, None)
