"""What the tests of the pages on which courses are written do again and again."""

import html
import re
from dataclasses import dataclass
from functools import cached_property

from werkzeug.test import TestResponse

from elearn.authoring.queries import written_course
from elearn.db.engine import Database
from tests.checking import CheckingClient

LESSON = "01-example/module.md"


@dataclass(frozen=True)
class Desk:
    """A trainer at the course «demo», in a browser without scripts."""

    client: CheckingClient
    database: Database

    @cached_property
    def token(self) -> str:
        """The token of the session's forms."""
        return self.client.token("/write/demo")

    def page(self, path: str) -> str:
        """The page of an address that must be there."""
        response = self.client.get(path)
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.get_data(as_text=True)

    def editor(self, path: str = LESSON) -> str:
        """The editor of a file."""
        return self.page(f"/write/demo/files/{path}")

    def send(
        self, action: str, text: str, path: str = LESSON, *, revision: str | None = None, fragment: bool = False
    ) -> TestResponse:
        """Press a button of the editor; ``revision`` None: of a page opened just now."""
        data = {
            "csrf_token": self.token,
            "revision": revision_in(self.editor(path)) if revision is None else revision,
            "text": text.replace("\n", "\r\n"),  # as browsers send it
            "action": action,
        }
        headers = {"X-Fragment": "1"} if fragment else {}
        return self.client.post(f"/write/demo/files/{path}", data=data, headers=headers)

    def save(self, text: str, path: str = LESSON) -> None:
        """Save a draft."""
        response = self.send("save", text, path)
        assert response.status_code == 303, response.get_data(as_text=True)

    def press(self, action: str, digest: str | None = None) -> TestResponse:
        """Press Publish or Discard on the course's page; ``digest`` None: of a page opened just now."""
        page = self.page("/write/demo")
        found = re.search(r'name="digest" value="([^"]+)"', page)
        assert found is not None
        data = {"csrf_token": self.token, "digest": found[1] if digest is None else digest}
        return self.client.post(f"/write/demo/{action}", data=data)

    def add(self, path: str) -> TestResponse:
        """Add a file."""
        return self.client.post("/write/demo/add", data={"csrf_token": self.token, "path": path})

    def saved(self, path: str = LESSON) -> str:
        """The text of a file as it will be in the next release."""
        with self.database.reading() as session:
            return written_course(session, "demo").file(path).text


def revision_in(page: str) -> str:
    """What the form of an editor says that its author started from."""
    found = re.search(r'name="revision" id="w_revision" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def text_in(page: str) -> str:
    """The text in the editor's field, as a browser takes it: without the line feed that HTML drops."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])
