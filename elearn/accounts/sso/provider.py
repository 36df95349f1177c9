"""The identity provider that the settings name: where it is asked, and what it answers."""

import base64
import http.client
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from elearn.accounts.sso.rules import NotProven, ProviderRefused, ProviderSilent
from elearn.core.addresses import is_guarded
from elearn.security.oidc import BadToken, Flow, Proven, UnknownKey, challenge_of, proven_by
from elearn.settings import Settings

PATIENCE_SECONDS = 5.0
"""So long the provider may be silent, and so long a whole answer may take."""
LONGEST_ANSWER = 512 * 1024
KEPT = timedelta(hours=1)
"""So long what the provider says about itself is taken for true; new keys are found before."""

log = logging.getLogger("elearn.sso")


@dataclass(frozen=True, slots=True)
class Known:
    """What a provider says about itself, its keys, and when it said so."""

    about: Mapping[str, Any]
    keys: Mapping[str, Any]
    asked_at: datetime


class Provider:
    """The provider of this site. Every method may wait for it: none is called inside a transaction."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer is not None, "who makes a provider has one"
        self.issuer = settings.oidc_issuer
        self.label = settings.oidc_label
        self._client_id = settings.oidc_client_id or ""
        self._secret_file = settings.oidc_client_secret_file
        self._strong = settings.oidc_mfa_acr
        self._site = settings.public_url
        self._known: Known | None = None

    @property
    def back(self) -> str:
        """The address to which the provider sends people back. Never built from what a request says."""
        return f"{self._site}/sign-in/provider/back"

    def address_of(self, flow: Flow, secret: bytes, *, now: datetime) -> str:
        """Where a browser goes to be asked who it is. Raises ProviderSilent."""
        wanted = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self.back,
            "scope": "openid email",
            "state": flow.word(secret, "state"),
            "nonce": flow.word(secret, "nonce"),
            "code_challenge": challenge_of(flow.word(secret, "verifier")),
            "code_challenge_method": "S256",
        }
        if self._strong:
            wanted["acr_values"] = " ".join(self._strong)
        return _with(self.known(now=now).about["authorization_endpoint"], wanted)

    def sign_out_address(self, *, now: datetime) -> str | None:
        """Where a browser goes to be signed out there too, and back; None where the provider has no such place.

        Raises ProviderSilent.
        """
        end = self.known(now=now).about.get("end_session_endpoint")
        if not isinstance(end, str) or not is_guarded(end):
            return None
        return _with(end, {"client_id": self._client_id, "post_logout_redirect_uri": f"{self._site}/sign-in"})

    def must_name_itself(self, *, now: datetime) -> bool:
        """Whether the provider says that its answers carry ``iss`` (RFC 9207)."""
        return self.known(now=now).about.get("authorization_response_iss_parameter_supported") is True

    def proven(self, code: str, flow: Flow, secret: bytes, *, now: datetime) -> Proven:
        """Who a code is for. Raises ProviderSilent, ProviderRefused, NotProven."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "client_id": self._client_id,
            "code_verifier": flow.word(secret, "verifier"),
        }
        answer = self._token(sent, self.known(now=now).about)
        token, access = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            log.warning("the identity provider sent no ID token")
            raise NotProven
        nonce = flow.word(secret, "nonce")
        try:
            try:
                return self._checked(token, nonce, access, now=now)
            except UnknownKey:
                self._known = None  # keys are changed from time to time: look once whether there are new ones
                return self._checked(token, nonce, access, now=now)
        except BadToken as problem:
            log.warning("an ID token was refused: %s", problem)
            raise NotProven from problem

    def _checked(self, token: str, nonce: str, access: object, *, now: datetime) -> Proven:
        return proven_by(
            token,
            self.known(now=now).keys,
            issuer=self.issuer,
            client_id=self._client_id,
            nonce=nonce,
            access_token=access if isinstance(access, str) else None,
            strong=self._strong,
            now=now,
        )

    def _token(self, sent: dict[str, str], about: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a code, which the client's secret is sent with if it has one."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        secret = self.client_secret()
        ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if secret is not None and "client_secret_basic" in ways:
            pair = f"{quote_plus(self._client_id)}:{quote_plus(secret)}"  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        elif secret is not None:
            sent = sent | {"client_secret": secret}
        status, answer = _ask("POST", about["token_endpoint"], urlencode(sent), headers)
        if status == http.client.OK:
            return answer
        if status >= 500:
            raise _silent(f"its token endpoint answered {status}")
        log.warning("the identity provider refused a code with status %d", status)
        raise ProviderRefused

    def client_secret(self) -> str | None:
        """The secret of this client, read anew each time; None for a client without one. Raises ProviderSilent."""
        if self._secret_file is None:
            return None
        try:
            return self._secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise _silent(f"OIDC_CLIENT_SECRET_FILE {self._secret_file} cannot be read") from None

    def known(self, *, now: datetime) -> Known:
        """What the provider says about itself, asked for at most once in KEPT. Raises ProviderSilent."""
        known = self._known
        if known is None or not timedelta(0) <= now - known.asked_at < KEPT:
            known = self._known = self._asked(now)
        return known

    def _asked(self, now: datetime) -> Known:
        about = _read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != self.issuer:
            raise _silent("it calls itself by another name than OIDC_ISSUER")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(about.get(name), str) or not is_guarded(about[name]):
                raise _silent(f"its {name} is not an https address")
        return Known(about, _read(about["jwks_uri"]), now)


def _silent(reason: str) -> ProviderSilent:
    log.warning("the identity provider cannot be used: %s", reason)
    return ProviderSilent(reason=reason)


def _with(address: str, wanted: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(wanted)}"


def _read(address: str) -> Mapping[str, Any]:
    status, answer = _ask("GET", address)
    if status != http.client.OK:
        raise _silent(f"{address} answered {status}")
    return answer


def _ask(
    method: str, address: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, Any]]:
    """Status and JSON of an address; redirects are not followed, so that a secret goes nowhere else."""
    parts = urlsplit(address)
    if not is_guarded(address):
        raise _silent(f"{address} is not an https address")
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        line = http.client.HTTPSConnection(parts.netloc, timeout=PATIENCE_SECONDS, context=context)
    else:
        line = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        line.request(method, path, body, {"Accept": "application/json", **(headers or {})})
        answer = line.getresponse()
        said = json.loads(_body(answer))
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise _silent(f"{parts.netloc}: {type(problem).__name__}") from problem
    finally:
        line.close()
    if not isinstance(said, dict):
        raise _silent(f"{parts.netloc} sent no JSON object")
    return answer.status, said


def _body(answer: http.client.HTTPResponse) -> bytes:
    """The whole answer. Raises TimeoutError where it drips for too long, ValueError where it is too large."""
    until, found = perf_counter() + PATIENCE_SECONDS, b""
    while piece := answer.read1(64 * 1024):
        found += piece
        if len(found) > LONGEST_ANSWER:
            raise ValueError("too large")
        if perf_counter() > until:
            raise TimeoutError
    return found
