"""An identity provider on the loopback, run as a process of its own: ``python -m tests.oidc_provider``.

It prints its port, knows one client, and lets in whoever asks, as the subject it was told of. What it is told at
``/told`` it does wrong from then on, until it is told something else; ``/rotate`` changes its key. It is strict in all
that the site has to do: the client's secret, the address to come back to, PKCE, codes that are good once.
"""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "e-learning site"
SECRET = "a secret: of+the client"


@dataclass(frozen=True)
class Told:
    """What an authorisation was asked for."""

    redirect_uri: str
    challenge: str
    nonce: str


class Provider(ThreadingHTTPServer):
    """The provider's keys, codes and faults."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.faults: dict[str, Any] = {}
        self.codes: dict[str, Told] = {}
        self.asked: list[str] = []
        self.key = RSAKey.generate_key(2048, auto_kid=True)

    def signed(self, claims: dict[str, Any]) -> str:
        """An ID token, signed as it should be or as it was told to."""
        header = {"alg": self.faults.get("alg", "RS256"), "kid": self.key.kid}
        if header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        if header["alg"] == "HS256":
            return by_public_key(header, claims, self.key)
        key = RSAKey.generate_key(2048) if self.faults.get("foreign_key") else self.key
        return jwt.encode(header, claims, key, algorithms=["RS256"])


def by_public_key(header: dict[str, Any], claims: dict[str, Any], key: RSAKey) -> str:
    """A token sealed with what everybody can read, as if it were a shared secret."""
    parts = (json.dumps(part).encode() for part in (header, claims))
    body = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    seal = hmac.digest(key.as_pem(private=False), body.encode(), hashlib.sha256)
    return f"{body}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.0"

    @property
    def provider(self) -> Provider:
        """What answers."""
        return cast(Provider, self.server)

    def do_GET(self) -> None:  # http.server's name
        """Discovery, keys, and the page where people would say who they are."""
        provider, parts = self.provider, urlsplit(self.path)
        provider.asked.append(parts.path)
        query = dict(parse_qsl(parts.query))
        match parts.path:
            case "/.well-known/openid-configuration":
                time.sleep(provider.faults.get("slow", 0))
                self._json(self._about())
            case "/jwks":
                self._json({"keys": [provider.key.as_dict(private=False) | {"use": "sig"}]})
            case "/authorize":
                self._authorize(query)
            case "/asked":
                self._json({"asked": provider.asked})
            case _:
                self._json({}, 404)

    def do_POST(self) -> None:
        """A code against a token, and what a test tells."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        match self.path:
            case "/told":
                self.provider.faults = json.loads(body)
                self.provider.asked.clear()
                self._json({})
            case "/rotate":
                self.provider.key = RSAKey.generate_key(2048, auto_kid=True)
                self._json({})
            case "/token":
                self._token({name: values[0] for name, values in parse_qs(body).items()})
            case _:
                self._json({}, 404)

    def _about(self) -> dict[str, Any]:
        issuer, faults = self.provider.issuer, self.provider.faults
        about: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/end",
            "authorization_response_iss_parameter_supported": True,
        }
        about.update(faults.get("about", {}))
        return about

    def _authorize(self, query: dict[str, str]) -> None:
        faults = self.provider.faults
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        answer = {"state": query["state"], "iss": faults.get("answer_iss", self.provider.issuer)}
        if "error" in faults:
            answer["error"] = faults["error"]
        else:
            code = secrets.token_urlsafe(8)
            self.provider.codes[code] = Told(query["redirect_uri"], query["code_challenge"], query["nonce"])
            answer["code"] = code
        if answer["iss"] is None:
            del answer["iss"]
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _token(self, sent: dict[str, str]) -> None:
        faults = self.provider.faults
        if "token_status" in faults:
            self._json({"error": "server_error"}, faults["token_status"])
            return
        told = self.provider.codes.pop(sent["code"], None)
        kind, _, pair = self.headers.get("Authorization", "").partition(" ")
        known = [unquote_plus(part) for part in base64.b64decode(pair).decode().split(":")]
        made = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        is_good = (
            told is not None
            and (kind, known) == ("Basic", [CLIENT, SECRET])
            and sent["redirect_uri"] == told.redirect_uri
            and made == told.challenge
        )
        if told is None or not is_good:
            self._json({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {
            "iss": self.provider.issuer,
            "aud": CLIENT,
            "sub": "subject-1",
            "nonce": told.nonce,
            "iat": now,
            "exp": now + 300,
        } | {
            name: value + now if name in ("exp", "iat", "nbf") and value is not None else value
            for name, value in faults.get("claims", {}).items()
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        self._json({"access_token": "access", "token_type": "Bearer", "id_token": self.provider.signed(claims)})

    def _json(self, said: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


class Elsewhere:
    """The provider as a test sees it, from another process."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.issuer = f"http://127.0.0.1:{port}"

    def tell(self, **faults: Any) -> None:
        """Have it do this wrong, and nothing else."""
        self._post("/told", faults)

    def rotate(self) -> None:
        """Have it sign with another key."""
        self._post("/rotate", {})

    def asked(self) -> list[str]:
        """What it was asked for since it was told something last."""
        found: list[str] = self._said("GET", "/asked")["asked"]
        return found

    def lets_in(self, address: str) -> str:
        """Where a browser is sent back to that comes to be asked who it is: path and query."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == self.issuer
        line = HTTPConnection("127.0.0.1", self.port)
        line.request("GET", f"{parts.path}?{parts.query}")
        location = line.getresponse().headers["Location"]
        line.close()
        there = urlsplit(location)
        return f"{there.path}?{there.query}"

    def _post(self, path: str, said: dict[str, Any]) -> None:
        self._said("POST", path, json.dumps(said))

    def _said(self, method: str, path: str, body: str | None = None) -> Any:
        line = HTTPConnection("127.0.0.1", self.port)
        line.request(method, path, body)
        said = json.load(line.getresponse())
        line.close()
        return said


@contextmanager
def identity_provider() -> Iterator[Elsewhere]:
    """A running provider."""
    command = [sys.executable, "-m", "tests.oidc_provider"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Elsewhere(int(process.stdout.readline()))
        finally:
            process.terminate()


def free_port() -> int:
    """A port on which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


if __name__ == "__main__":
    server = Provider()
    print(server.server_port, flush=True)
    server.serve_forever()
