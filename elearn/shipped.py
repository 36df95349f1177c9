"""What comes with the package: the folders beside it, in a checkout at its root and in a wheel inside it; its files."""

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
STATIC = PACKAGE / "static"


@cache
def static_address(name: str) -> str:
    """The address of a file in ``static``; a hash of its content is in it, so that browsers may keep it for good."""
    return f"/static/{hashed(name, (STATIC / name).read_bytes())}"


def hashed(name: str, data: bytes) -> str:
    """A file's name with a hash of its content before the ending."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"


def shipped(name: str) -> Path:
    """The folder ``migrations`` or ``courses``, or the file ``config.py``, that came with this installation.

    The root of a checkout wins: an editable install would copy the folders once and let them go stale.
    """
    root = PACKAGE.parent
    if (root / "pyproject.toml").is_file() and (root / name).exists():
        return root / name
    return PACKAGE / "_shipped" / name
