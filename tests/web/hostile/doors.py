"""The doors through which files come in, as people use them: a command, a page that imports, a form that attaches."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from flask import Flask
from sqlalchemy import delete
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from elearn.__main__ import main
from elearn.authoring.models import DraftFile, DraftPicture
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.learning.services import enrol
from tests.checking import CheckingClient
from tests.factories import NOON, course_files, the_person, writing
from tests.open_course import open_files
from tests.quiz_course import SLUG
from tests.web.hostile.imports import PICTURE, Hostile

LESSON = "01-example/module.md"
ANSWERED = (200, 303, 409, 413, 422)
"""What a form answers: it was taken, or a sentence says why not."""
TRACES = ("Traceback (most", "root:x:", "root:*:")
"""What no answer may hold: a fault's trail, a file of this machine."""


class Doors:
    """A site with a trainer, and an officer at an open question; each door takes a file and says what came of it."""

    def __init__(self, site: Flask, folder: Path) -> None:
        self.site = site
        self.folder = folder
        with writing(site) as session:
            publish(session, SLUG, open_files(), now=NOON)
            enrol(session, the_person(session, "officer"), current_release(session, SLUG), now=NOON)
        self.trainer, self.officer = _client(site, "trainer"), _client(site, "officer")
        self.token = self.trainer.token("/write/demo")
        started = self.officer.send(f"/courses/{SLUG}/quizzes/open-quiz/start")
        self.attempt = started.location.rpartition("/")[0]
        self.officers = self.officer.token(f"{self.attempt}/2")

    def send(self, sent: Hostile) -> str:
        """What is said of a file. Raises AssertionError if its door does more than that."""
        before = self._everything()
        try:
            said = {
                "archive": self._archive,
                "course": self._course,
                "bank": self._bank,
                "attachment": self._attachment,
            }[sent.door](sent)
            assert not [each for each in TRACES if each in said], said[:500]
            assert self._everything() == before, sorted(self._everything() ^ before)[:5]
        finally:
            for path in sorted(self.folder.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        return said

    def _everything(self) -> set[str]:
        """All files around the one where something may be written."""
        around = self.folder.parent
        return {
            str(path) for path in around.rglob("*") if self.folder not in path.parents and "sqlite" not in path.name
        }

    def _archive(self, sent: Hostile) -> str:
        path = self.folder / sent.name
        path.write_bytes(sent.data)
        return self._command("course", "import", str(path))

    def _course(self, sent: Hostile) -> str:
        files = {**course_files(), sent.path: sent.data}
        if sent.path.startswith(PICTURE):
            files[LESSON] += f"\n![A photograph.]({sent.path.removeprefix('01-example/')})\n".encode()
        for path, data in files.items():
            target = self.folder / "demo" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return self._command("course", "import", str(self.folder / "demo"))

    def _command(self, *words: str) -> str:
        """What a command prints; it ends with an exit code of its own, never with a fault."""
        out, err = io.StringIO(), io.StringIO()
        code: int | str | None = None
        with _arguments(("elearn", *words)), redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                code = ended.code
        assert code in (0, 1, 2), code
        assert code == 0 or out.getvalue() or err.getvalue(), "refused without a word"
        return out.getvalue() + err.getvalue()

    def _bank(self, sent: Hostile) -> str:
        file = FileStorage(io.BytesIO(sent.data), sent.name)
        look = self._post(self.trainer, "/write/demo/import", {"csrf_token": self.token, "file": file, "name": "pool"})
        page = look.get_data(as_text=True)
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        if "bank" in fields:
            self._post(self.trainer, "/write/demo/import/add", dict(fields))
            assert self.trainer.get("/write/demo").status_code == 200
            assert self.trainer.get("/write/demo/files/pools/pool.md").status_code in (200, 404)
            with writing(self.site) as session:
                session.execute(delete(DraftFile))
                session.execute(delete(DraftPicture))
        return page

    def _attachment(self, sent: Hostile) -> str:
        fields = {"csrf_token": self.officers, "answer": "", "action": "attach"}
        file = FileStorage(io.BytesIO(sent.data), sent.name)
        self._post(self.officer, f"{self.attempt}/2/files", {**fields, "file": file})
        page = self.officer.get(f"{self.attempt}/2").get_data(as_text=True)
        for found in set(re.findall(rf'{self.attempt}/files/([\w-]+)"', page)):
            kept = self.officer.get(f"{self.attempt}/files/{found}")
            assert kept.status_code == 200
            assert kept.headers["Content-Disposition"].startswith("attachment;")
            assert kept.headers["X-Content-Type-Options"] == "nosniff"
            assert "/" not in kept.headers["Content-Disposition"].partition("filename=")[2].partition(";")[0]
            is_pdf = kept.get_data().startswith(b"%PDF-")
            assert is_pdf or b"PK\x05\x06" not in kept.get_data(), "what was hidden in a picture is still there"
            kept.close()
            self.officer.send(f"{self.attempt}/2/files/{found}/remove", {"answer": ""}, page=f"{self.attempt}/2")
        return page

    @staticmethod
    def _post(client: CheckingClient, address: str, fields: dict[str, object]) -> TestResponse:
        boundary, data = encode_multipart(fields)
        response = client.post(address, data=data, content_type=f"multipart/form-data; boundary={boundary}")
        assert response.status_code in ANSWERED, response.status_code
        return response


@contextmanager
def _arguments(words: tuple[str, ...]) -> Iterator[None]:
    kept, sys.argv = sys.argv, list(words)
    try:
        yield
    finally:
        sys.argv = kept


def database_of(site: Flask) -> str:
    """The address of a site's database, as a command is told."""
    return str(site.extensions["elearn.database"].engine.url.render_as_string(hide_password=False))


def _client(site: Flask, name: str) -> CheckingClient:
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    client.checks = False  # what pages look like is looked at elsewhere
    client.sign_in(name)
    return client
