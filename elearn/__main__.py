"""The command ``elearn``."""

import sys
from collections.abc import Sequence

import click

from elearn.cli import elearn
from elearn.core.refusals import Invalid, Refusal


class NotText(Invalid):
    """An argument holds bytes that are no text."""

    message = "The argument %(shown)s is not UTF-8, in which names and texts are kept. Type it anew."


def check_arguments(arguments: Sequence[str]) -> None:
    """Raise NotText for an argument that no database, file of a course or name of a host can hold."""
    for argument in arguments:
        if not argument.isascii() and any(0xD800 <= ord(letter) <= 0xDFFF for letter in argument):
            raise NotText(shown=ascii(argument[:60]))


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 2, never a traceback."""
    try:
        check_arguments(sys.argv[1:])
        code = elearn.main(prog_name="elearn", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except Refusal as refusal:
        click.echo(f"elearn: {refusal}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
