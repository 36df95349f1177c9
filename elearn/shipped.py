"""Where the folders beside the package are: in a checkout at its root, in an installed wheel inside the package."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder ``migrations`` or ``courses``, or the file ``config.py``, that came with this installation.

    The root of a checkout wins: an editable install would copy the folders once and let them go stale.
    """
    root = PACKAGE.parent
    if (root / "pyproject.toml").is_file() and (root / name).exists():
        return root / name
    return PACKAGE / "_shipped" / name
