"""Addresses of other servers: whether a line to them is guarded."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine, by its address or as ``localhost``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_guarded(address: str) -> bool:
    """Whether a line to an address cannot be read on the way: by https, or within this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    )
