"""Passkeys (W3C Web Authentication, level 2) as a second step: what browsers are asked, and whether answers are right.

A browser gives the answer only to the site whose host was asked for, so that no false site can pass it on.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST_ANSWER = 20_000
"""Characters of a browser's answer; those of today's devices have some 1,000."""
LONGEST_ID = 1364
"""Characters of a credential's id: 1,023 bytes (Web Authentication, 5.8.3) in base64url."""


class BadAnswer(ValueError):
    """A browser's answer does not prove what it was asked for."""


@dataclass(frozen=True, slots=True)
class PasskeySite:
    """The site as browsers know it: passkeys are bound to ``host``; ``origin`` is its address."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that a browser made. ``id`` is in base64url, ``count`` how often it was used, if it counts."""

    id: str
    public_key: bytes
    count: int


def passkey_site(public_url: str | None) -> PasskeySite | None:
    """The site for passkeys; None where browsers know none: without https (but on this computer) or without a name."""
    parts = urlsplit(public_url or "")
    host = parts.hostname or ""
    if parts.scheme != "https" and host != "localhost":
        return None
    try:
        ip_address(host)
    except ValueError:
        return PasskeySite(host, f"{parts.scheme}://{parts.netloc}") if host else None
    return None


def challenge_of(secret: bytes, *about: str) -> bytes:
    """What a browser has to sign: nobody without the secret can foretell it, and it is the same for the same things."""
    return hmac.digest(secret, "\x00".join(("passkey", *about)).encode(), hashlib.sha256)


def wanted_passkey(
    site: PasskeySite, challenge: bytes, *, public_id: str, name: str, site_name: str, known: list[str]
) -> str:
    """What a browser is asked, as JSON, to make a passkey; not on a device that has one of the known."""
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=site_name,
            user_id=public_id.encode(),
            user_name=name,
            challenge=challenge,
            exclude_credentials=_descriptors(known),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,  # a small key has few places, and the name is known
                user_verification=UserVerificationRequirement.DISCOURAGED,  # the password was given
            ),
        )
    )


def made_passkey(site: PasskeySite, challenge: bytes, answer: str) -> NewPasskey:
    """The passkey that a browser answers to have made. Raises BadAnswer."""
    try:
        made = webauthn.verify_registration_response(
            credential=_checked(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except Exception as problem:  # whatever a parser of hostile bytes stumbles over
        raise BadAnswer from problem
    made_id = bytes_to_base64url(made.credential_id)
    if len(made_id) > LONGEST_ID:
        raise BadAnswer
    return NewPasskey(made_id, made.credential_public_key, made.sign_count)


def asked_passkeys(site: PasskeySite, challenge: bytes, known: list[str]) -> str:
    """What a browser is asked, as JSON, to prove that it has one of the known passkeys."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            allow_credentials=_descriptors(known),
            user_verification=UserVerificationRequirement.DISCOURAGED,
        )
    )


def answering_id(answer: str) -> str:
    """The id of the passkey that an answer claims to be of; nothing where it is none."""
    try:
        found = json.loads(_checked(answer))["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return found if isinstance(found, str) and len(found) <= LONGEST_ID and found.isascii() else ""


def proven_count(site: PasskeySite, challenge: bytes, answer: str, *, public_key: bytes, count: int) -> int:
    """How often the passkey was used, now that its answer is right. Raises BadAnswer, also if it was used as often."""
    try:
        return webauthn.verify_authentication_response(
            credential=_checked(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=count,
        ).new_sign_count
    except Exception as problem:  # whatever a parser of hostile bytes stumbles over
        raise BadAnswer from problem


def _checked(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise BadAnswer
    return answer


def _descriptors(known: list[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known]
