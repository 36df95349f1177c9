"""What ``/metrics`` tells: counts and durations in memory that the workers of a site share.

The parent makes the memory before it forks. Each worker writes in a part of its own, so that no two processes wait for
each other, and the one that is asked adds all parts up. A part belongs to a worker's number: its replacement counts on
where it ended, and no counter ever falls while the site runs.

Every series there can be is known from the map of addresses, so a request costs a look-up and three additions.
"""

import mmap
import threading
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from enum import StrEnum

from sqlalchemy import event
from sqlalchemy.orm import Session

from elearn.web.lanes import Lane

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the classes of durations, in seconds; those that Prometheus proposes."""
CLASSES = ("2xx", "3xx", "4xx", "5xx")
QUEUES = (Lane.FILES, Lane.WRITING, Lane.SLOW)
"""The lanes in which requests wait for a thread; pages are made as they come."""
NO_PAGE = "none"
"""The endpoint of a request for an address that there is not."""
OTHER = "other"
"""The method of a request that its address does not take."""
BYTES = 8


class Count(StrEnum):
    """What happens and is counted: the metric's name, without ``elearn_`` and ``_total``."""

    SIGN_INS = "sign_ins"
    SIGN_INS_REFUSED = "sign_ins_refused"
    ATTEMPTS_STARTED = "attempts_started"
    ATTEMPTS_HANDED_IN = "attempts_handed_in"


HELP = {
    Count.SIGN_INS: "Sign-ins that opened a session.",
    Count.SIGN_INS_REFUSED: "Sign-ins refused: a wrong name or password, or too many tries.",
    Count.ATTEMPTS_STARTED: "Attempts at quizzes that were started.",
    Count.ATTEMPTS_HANDED_IN: "Attempts at quizzes that were handed in, by their learner or because time was over.",
}


class Meters:
    """The numbers of one site. ``addresses`` are its endpoints, each with a method that it takes."""

    def __init__(self, addresses: Collection[tuple[str, str]]) -> None:
        pairs = sorted({*addresses, (NO_PAGE, OTHER)} | {(endpoint, OTHER) for endpoint, _ in addresses})
        endpoints = sorted({endpoint for endpoint, _ in pairs})
        self._requests = {pair: number * len(CLASSES) for number, pair in enumerate(pairs)}
        start, width = len(pairs) * len(CLASSES), len(BUCKETS) + 2  # each bucket, the one without an end, the sum
        self._durations = {endpoint: start + number * width for number, endpoint in enumerate(endpoints)}
        start += len(endpoints) * width
        self._counts = {count: start + number for number, count in enumerate(Count)}
        start += len(Count)
        self._waiting = {lane: start + number for number, lane in enumerate(QUEUES)}
        self._coming = start + len(QUEUES)
        self._size = self._coming + 1
        self._lock = threading.Lock()
        self.share(1)

    def share(self, workers: int) -> None:
        """Make the memory for so many workers, all of it zero; before they are forked."""
        self._numbers = memoryview(mmap.mmap(-1, workers * self._size * BYTES)).cast("d")
        self._parts = range(0, workers * self._size, self._size)
        self._own = 0

    def take(self, worker: int) -> None:
        """Write in the part of this worker from now on; the first is 1. Nothing waits in it yet."""
        self._own = self._parts[worker - 1]
        for place in (*self._waiting.values(), self._coming):
            self._numbers[self._own + place] = 0.0

    def request(self, endpoint: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        pair = (endpoint or NO_PAGE, "GET" if method == "HEAD" else method)
        at = self._requests.get(pair)
        if at is None:
            pair = (pair[0], OTHER) if (pair[0], OTHER) in self._requests else (NO_PAGE, OTHER)
            at = self._requests[pair]
        durations = self._durations[pair[0]]
        numbers, own = self._numbers, self._own
        with self._lock:
            numbers[own + at + min(max(status // 100 - 2, 0), 3)] += 1.0
            numbers[own + durations + bisect_left(BUCKETS, seconds)] += 1.0
            numbers[own + durations + len(BUCKETS) + 1] += seconds

    def count(self, what: Count) -> None:
        """Count that it happened once."""
        self._add(self._counts[what], 1.0)

    def when_committed(self, what: Count) -> Callable[..., None]:
        """A listener for news of a use case: it counts when the session that it is given first has committed."""

        def listener(session: Session, *_: object) -> None:
            event.listen(session, "after_commit", lambda _: self.count(what), once=True)

        return listener

    def waits(self, lane: Lane, by: int) -> None:
        """``by`` requests more wait in a lane for a thread, or fewer."""
        self._add(self._waiting[lane], by)

    def comes_in(self, by: int) -> None:
        """``by`` bodies of forms more are on their way, or fewer."""
        self._add(self._coming, by)

    def _add(self, place: int, by: float) -> None:
        with self._lock:
            self._numbers[self._own + place] += by

    def _sum(self, place: int) -> float:
        return sum(self._numbers[part + place] for part in self._parts)

    def text(self) -> str:
        """All numbers in the text format of Prometheus, version 0.0.4, without series of which nothing was counted."""
        return "\n".join((*self._request_lines(), *self._duration_lines(), *self._other_lines(), ""))

    def _request_lines(self) -> Iterator[str]:
        yield from _head("elearn_requests_total", "counter", "Requests that were answered.")
        for (endpoint, method), at in self._requests.items():
            for number, kind in enumerate(CLASSES):
                if count := self._sum(at + number):
                    labels = f'endpoint="{endpoint}",method="{method}",status="{kind}"'
                    yield f"elearn_requests_total{{{labels}}} {count:.0f}"

    def _duration_lines(self) -> Iterator[str]:
        name = "elearn_request_duration_seconds"
        yield from _head(name, "histogram", "How long the application took, without the wait for its lane.")
        for endpoint, at in self._durations.items():
            within = [self._sum(at + number) for number in range(len(BUCKETS) + 1)]
            if not any(within):
                continue
            for number, end in enumerate((*map(str, BUCKETS), "+Inf"), 1):
                yield f'{name}_bucket{{endpoint="{endpoint}",le="{end}"}} {sum(within[:number]):.0f}'
            yield f'{name}_sum{{endpoint="{endpoint}"}} {self._sum(at + len(BUCKETS) + 1):.6f}'
            yield f'{name}_count{{endpoint="{endpoint}"}} {sum(within):.0f}'

    def _other_lines(self) -> Iterator[str]:
        for what, place in self._counts.items():
            yield from _head(f"elearn_{what}_total", "counter", HELP[what])
            yield f"elearn_{what}_total {self._sum(place):.0f}"
        yield from _head("elearn_lane_waiting", "gauge", "Requests that wait for a thread of their lane.")
        for lane, place in self._waiting.items():
            yield f'elearn_lane_waiting{{lane="{lane}"}} {self._sum(place):.0f}'
        yield from _head("elearn_bodies_coming_in", "gauge", "Forms and files that are on their way in.")
        yield f"elearn_bodies_coming_in {self._sum(self._coming):.0f}"
        yield from _head("elearn_workers", "gauge", "Worker processes that this site has.")
        yield f"elearn_workers {len(self._parts)}"


def _head(name: str, kind: str, says: str) -> tuple[str, str]:
    return f"# HELP {name} {says}", f"# TYPE {name} {kind}"
