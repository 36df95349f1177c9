"""Fifty people sign in at once while others read."""

import http.client
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from elearn.db.engine import Database
from elearn.security.passwords import Passwords
from tests.benchmarks.load import Request, burst, family
from tests.checking import PASSWORD
from tests.factories import a_person
from tests.loading import prepare
from tests.serving import Server

PEOPLE = 50


def storm(data: Path, lesson: str) -> str:
    """What came of it, in a sentence. ``lesson`` is the path of a lesson page."""
    url = f"sqlite:///{data / 'elearn.sqlite'}"
    stage = prepare(data, url, officers=1)
    database = Database(url)
    full_cost = Passwords().hash(PASSWORD)
    with database.writing() as session:
        for number in range(PEOPLE):
            a_person(session, f"newcomer{number}", password_hash=full_cost)
        session.commit()
    database.dispose()
    with Server(data, password_memory_mib=19, password_rounds=2) as server:
        address = f"http://127.0.0.1:{server.port}{lesson}"
        reading = Request(address, {"Cookie": stage.officers[0].headers["Cookie"]})
        processes = family(server.process.pid)
        burst(reading, processes)
        calm = burst(reading, processes, seconds=3)
        crowd = ThreadPoolExecutor(PEOPLE)
        began = time.monotonic()
        ready = threading.Barrier(PEOPLE)
        entries = [crowd.submit(_enter, server.port, f"newcomer{number}", ready) for number in range(PEOPLE)]
        busy = burst(reading, processes, seconds=3)
        statuses = [entry.result()[0] for entry in entries]
        last = max(entry.result()[1] for entry in entries) - began
        crowd.shutdown()
    return (
        f"  {statuses.count(302)} of {PEOPLE} were in, the last after {last:.1f} s; "
        f"p95 of the lesson page {busy.p95 / calm.p95:.1f} times that before ({calm.p95:.1f} to {busy.p95:.1f} ms), "
        f"p99 {busy.p99 / calm.p99:.1f} times ({calm.p99:.1f} to {busy.p99:.1f} ms)"
    )


def _enter(port: int, name: str, ready: threading.Barrier) -> tuple[int, float]:
    """Sign in through the page; the status, and when it came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
    assert token is not None
    cookie = (page.headers["Set-Cookie"] or "").partition(";")[0]
    form = urlencode({"csrf_token": token[1], "sign_in_name": name, "password": PASSWORD})
    ready.wait()
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", body=form, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic()
