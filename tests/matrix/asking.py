"""Ask every address of a site as everybody, and say in words what came of it."""

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.checking import CheckingClient
from tests.matrix.world import OWNERSHIPS, ROLES, World

NOTHING_DONE = frozenset({"to sign in", "refused", "not there"})
"""After these words the database is as it was before."""

WORDS = {
    200: "answered",
    201: "answered",
    204: "answered",
    302: "led on",
    303: "led on",
    304: "answered",
    400: "unfit",
    403: "refused",
    404: "not there",
    409: "clash",
    415: "unfit",
    422: "unfit",
}
"""What a status says; one that is not here (a 500 above all) is no answer that a table may ask for."""

ASKING = ("nobody", *ROLES)

QUERIES = {
    "mistakes.new": "at=example/a-section",
    "banks.export": "file=01-example/quiz.md",
}
"""What stands behind the question mark where a page is about something only with it."""

FORMS = {"mistakes.report": {"at": "example/a-section"}}
"""What a form says where nothing of it could be decided otherwise; all others are sent empty."""

BODIES: Mapping[str, Mapping[str, Any]] = {
    "assessment.autosave": {"client_id": "7d444840-9dc0-11d1-b245-5ffdce74fad2", "response": ["Pears"]},
    "notes.autosave": {"revision": "7d444840-9dc0-11d1-b245-5ffdce74fad2", "seen": [], "text": "A note."},
}
"""What a script sends."""


def rules_of(site: Flask) -> list[tuple[Rule, str]]:
    """Every rule of the site with each method it takes; HEAD and OPTIONS are asked for beside."""
    return [
        (rule, method)
        for rule in sorted(site.url_map.iter_rules(), key=lambda each: (each.rule, each.endpoint))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def word_for(response: TestResponse) -> str:
    """What came of it."""
    location = response.headers.get("Location", "")
    if response.status_code in (302, 303) and re.match(r"/sign-in\?", location):
        return "to sign in"
    if response.status_code in (302, 303) and re.fullmatch(r"/courses/[^/]+", location):
        return "to the course"
    return WORDS.get(response.status_code, str(response.status_code))


class Asker:
    """Asks as everybody, and puts the database back after what was changed, so that no answer depends on another."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self._live = Path(str(world.site.extensions["elearn.database"].engine.url.database))
        self._kept = folder / "kept.sqlite"
        self._tokens = {name: world.clients[name].token("/account") for name in ROLES}
        self._tokens["nobody"] = world.clients["nobody"].token("/sign-in")
        self._copy(self._live, self._kept)
        self._before = self._content()
        self._watch = sqlite3.connect(self._live)
        self._seen = self._version()

    def answers(self, rule: Rule, method: str) -> Iterator[tuple[str, str, str]]:
        """(who, whose, word) for one rule and method; whose is «own» alone where the address names no object."""
        ownerships = OWNERSHIPS if set(rule.arguments) - {"kind", "number"} else ("own",)
        for role in ASKING:
            for ownership in ownerships:
                yield role, ownership, word_for(self.ask(rule, method, role, ownership))

    def ask(self, rule: Rule, method: str, role: str, ownership: str) -> TestResponse:
        """One request, with the token that a form of theirs would carry and nothing else in it."""
        client: CheckingClient = self.world.clients[role]
        path = self.world.address(rule, role, ownership)
        is_safe = method in ("GET", "HEAD", "OPTIONS")
        is_script = not is_safe and role != "nobody"  # nobody's form comes as a page would send it, and leads on
        headers = {"X-CSRF-Token": self._tokens[role]} if is_script else {}
        query = QUERIES.get(rule.endpoint)
        form = {"csrf_token": self._tokens[role], **FORMS.get(rule.endpoint, {})}
        sent: dict[str, Any] = {} if is_safe else {"data": form}
        if rule.endpoint in BODIES and not is_safe:
            sent = {"json": BODIES[rule.endpoint]}
        jar = client._cookies
        assert jar is not None
        cookies = dict(jar)
        response = client.open(path, method=method, headers=headers, query_string=query, **sent)
        response.get_data()
        response.close()
        word = word_for(response)
        jar.clear()
        jar.update(cookies)
        if self._version() != self._seen:  # a page that is read may be remembered as the place where one stopped
            is_done = word in NOTHING_DONE and self._content() != self._before
            assert not is_done, f"{method} {path} by {role}: {word}, but done"
            if word not in NOTHING_DONE:
                self._copy(self._kept, self._live)
            self._seen = self._version()
        return response

    def _version(self) -> int:
        """A number that changes with every commit of anybody."""
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def _content(self) -> str:
        """A digest of every row, but of sessions, which tell when somebody was last seen, and of the log's refusals."""
        digest = hashlib.sha256()
        with closing(sqlite3.connect(self._live)) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
            for (name,) in tables:
                if name != "user_session":
                    but = "WHERE act != 'access-refused'" if name == "audit_event" else ""
                    digest.update(repr(database.execute(f'SELECT * FROM "{name}" {but}').fetchall()).encode())
        return digest.hexdigest()

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)
