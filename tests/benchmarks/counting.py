"""What it costs to count requests, and to tell the counts of eight workers: ``-m tests.benchmarks counting``.

Requests are made in one process, in turn with and without counting, and processor time is compared. What is told is
the worst there can be: every series of the site has a number in the part of every worker.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from elearn.web.meters import Meters
from elearn.web.observed import observer_of
from tests.benchmarks.searching import LESSON, Site, compilations, prepare

WORKERS, AT_ONCE, TURNS = 8, 20, 20
PAGES = {"/healthz, the least there is": "/healthz", "a lesson page": LESSON}


class _Uncounted(Meters):
    """Counts nothing."""

    def request(self, endpoint: str | None, method: str, status: int, seconds: float) -> None:
        """Forget it."""


def _addresses(app: Flask) -> list[tuple[str, str]]:
    rules = app.url_map.iter_rules()
    return [(rule.endpoint, method) for rule in rules for method in rule.methods or () if method in ("GET", "POST")]


def _cost(do: Callable[[], object], times: int) -> float:
    """Seconds of processor time that it costs once."""
    before = time.process_time()
    for _ in range(times):
        do()
    return (time.process_time() - before) / times


def full(app: Flask) -> Meters:
    """The meters of a site with eight workers, each of which has counted something of everything."""
    meters, addresses = Meters(_addresses(app)), _addresses(app)
    meters.share(WORKERS)
    for worker in range(1, WORKERS + 1):
        meters.take(worker)
        for endpoint, method in addresses:
            for status in (200, 303, 404, 500):
                meters.request(endpoint, method, status, 0.01 * worker)
    return meters


def measure(site: Site, rounds: int) -> dict[str, tuple[float, float]]:
    """What each page costs with and without counting, in seconds: medians of interleaved rounds."""
    observer = observer_of(site.app)
    counted, uncounted = observer.meters, _Uncounted(_addresses(site.app))
    found = {}
    for name, path in PAGES.items():
        spent: tuple[list[float], list[float]] = ([], [])
        for number in range(TURNS * rounds + 1):
            both = list(zip((counted, uncounted), spent, strict=True))
            for meters, costs in both if number % 2 else reversed(both):
                observer.meters = meters
                cost = _cost(lambda path=path: site.ask(path), AT_ONCE)  # type: ignore[misc]
                if number:  # the first one fills what is kept in memory
                    costs.append(cost)
        found[name] = statistics.median(spent[0]), statistics.median(spent[1])
    observer.meters = counted
    return found


def compare(rounds: int) -> None:
    """Make a site, measure, print the ratios."""
    with tempfile.TemporaryDirectory(prefix="elearn-benchmark-") as name:
        courses = {slug: made for slug, made in compilations().items() if slug == "cft"}
        site = prepare(Path(name) / "site", courses, 1)
        print(f"\n{'Counting requests':40} {'counted':>12} {'uncounted':>12}   ratio")
        costs = measure(site, rounds)
        for page, (counted, uncounted) in costs.items():
            print(f"{page:40} {counted * 1e6:9.0f} µs {uncounted * 1e6:9.0f} µs   {counted / uncounted:5.3f}")
        meters, lesson = full(site.app), costs["a lesson page"][0]
        alone = statistics.median(
            _cost(lambda: meters.request("home.home", "GET", 200, 0.01), 20_000) for _ in range(rounds)
        )
        print(f"{'counting alone':40} {alone * 1e6:9.2f} µs {'':12}   {alone / lesson:5.4f} of a lesson page")
        told = statistics.median(_cost(meters.text, 3) for _ in range(rounds))
        lines = meters.text().count(os.linesep)
        what = f"telling {lines:,} lines of {WORKERS} workers"
        print(f"{what:40} {told * 1e3:9.1f} ms {'':12}   {told / lesson:5.1f} lesson pages")
        site.app.extensions["elearn.database"].dispose()
