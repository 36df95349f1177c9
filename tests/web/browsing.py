"""A site served to a real browser, and an officer's page in it: for tests of what the scripts add."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.checking import PASSWORD


@contextmanager
def signed_in(browser: Browser, site: Flask, name: str = "officer") -> Iterator[Page]:
    """A page of somebody who is signed in. A fault of a script fails the test."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}", locale="en")
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto("/sign-in")
        page.fill("[name=sign_in_name]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        yield page
        context.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert faults == []
