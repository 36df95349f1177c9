"""Where to go next, never to another site."""

from urllib.parse import urlsplit


def local_path(target: str | None, otherwise: str) -> str:
    """The target if it is a path of this site, else the other one."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or any(ord(c) < 33 for c in target):
        return otherwise
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and "\\" not in target else otherwise
