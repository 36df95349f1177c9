"""How soon a lesson can be read on a thin line, 400 kbit/s each way, 400 ms to and fro: ``-m tests.benchmarks line``.

The line is a proxy that delays and paces bytes, not the throttling of a browser's developer tools: it makes one wait
for each new connection, too, and a service worker has no way around it. What is told is when the text of the lesson
was painted (nothing is before the style sheet is there, and by then all of the page is), in a typeface of the device
if ours is still on its way.
"""

import asyncio
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.filled import filled_site

BYTES_A_SECOND = 400_000 / 8
ROUND_TRIP = 0.4  # seconds
LESSON, NEXT = "/courses/cft/red-flags/opening", "/courses/cft/analysis/opening"
GOALS = {"first visit": 3, "next lesson": 1, "next lesson, with the worker": 1}  # seconds
ROWS = (("first visit", "en"), ("first visit", "ru"), ("next lesson", "en"), ("next lesson, with the worker", "en"))

_TEXT = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntriesByName("first-contentful-paint")[0].startTime / 1000))
    .observe({ type: "paint", buffered: true });
})"""
_WORK = "(at) => navigator.serviceWorker.register(at).then(() => navigator.serviceWorker.ready).then(() => true)"


class Wire:
    """One direction of the line: every byte takes its turn, and then the way."""

    def __init__(self) -> None:
        self.carried = 0  # bytes
        self._free_at = 0.0

    async def carry(self, source: asyncio.StreamReader, into: asyncio.StreamWriter, extra: float = 0) -> None:
        """Carry all that comes, each piece as late as the line makes it; ``extra`` delays the first."""
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def take() -> None:
            late = extra
            while data := await source.read(1400):
                self.carried += len(data)
                self._free_at = max(self._free_at, loop.time()) + len(data) / BYTES_A_SECOND
                await pieces.put((self._free_at + ROUND_TRIP / 2 + late, data))
                late = 0
            await pieces.put((loop.time(), b""))

        taking = asyncio.create_task(take())
        with suppress(ConnectionError):
            while (piece := await pieces.get())[1]:
                await asyncio.sleep(piece[0] - loop.time())
                into.write(piece[1])
                await into.drain()
        taking.cancel()
        into.close()


@contextmanager
def thin_line(port: int) -> Iterator[tuple[str, Wire]]:
    """A line to a port of this machine: the address of its near end, and the way down."""
    up, down = Wire(), Wire()
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()
    ports: list[int] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        # To open a connection takes a round trip, before anything can be asked.
        await asyncio.gather(up.carry(reader, far_writer, extra=ROUND_TRIP), down.carry(far_reader, writer))

    async def listen() -> None:
        async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
            ports.append(server.sockets[0].getsockname()[1])
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[listen()], daemon=True)
    thread.start()
    ready.wait()
    try:
        yield f"http://127.0.0.1:{ports[0]}", down
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


@dataclass(frozen=True, slots=True)
class Seen:
    """When the text was there (seconds), and what came down the line until the page was complete (bytes)."""

    text: float
    size: int


def look(context: BrowserContext, down: Wire, path: str) -> Seen:
    """Open a page and wait until its text is painted."""
    before = down.carried
    page = context.new_page()
    page.goto(path, wait_until="load", timeout=60_000)
    text = page.evaluate(_TEXT)
    page.close()
    return Seen(text, down.carried - before)


def measure(browser: Browser, line: tuple[str, Wire], cookie: str, what: str, language: str) -> Seen:
    """One person with a new browser, who is signed in, opens a lesson; or the next one after that."""
    url, down = line
    context = browser.new_context(base_url=url, viewport={"width": 360, "height": 800})
    context.add_cookies(
        [{"name": "elearn", "value": cookie, "url": url}, {"name": "elearn-lang", "value": language, "url": url}]
    )
    try:
        first = look(context, down, LESSON)
        if what == "first visit":
            return first
        if what.endswith("worker"):
            page = context.new_page()
            page.goto(LESSON)
            page.evaluate(_WORK, f"/service-worker.js?lang={language}")
            page.close()
        return look(context, down, NEXT)
    finally:
        context.close()


def compare(rounds: int) -> None:
    """Measure, and print the medians beside what they should be; nothing without a browser."""
    if not CHROMIUM.exists():
        print("The thin line is not measured: install Debian's package chromium.")
        return
    with (
        tempfile.TemporaryDirectory(prefix="elearn-line-") as folder,
        filled_site(Path(folder)) as site,
        thin_line(urlsplit(site.url).port or 80) as line,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        print(f"\nA lesson at 400 kbit/s and 400 ms {'seconds':>22}{'goal':>8}{'KB':>8}")
        for what, language in ROWS:
            seen = [measure(browser, line, site.cookies["officer"], what, language) for _ in range(rounds)]
            text, size = (statistics.median(getattr(one, name) for one in seen) for name in Seen.__slots__)
            print(f"{f'{what}, {language}':40}{text:>16.2f}{f'< {GOALS[what]}':>8}{size / 1024:>8.1f}", flush=True)
        browser.close()
