"""The command line: one module per command group, loaded when its group is called."""

from importlib import import_module

import click

from elearn import __version__

COMMANDS = {
    "agency": "elearn.cli.person:agency",
    "attempt": "elearn.cli.attempt:attempt",
    "audit": "elearn.cli.audit:audit",
    "backup": "elearn.cli.backup:backup",
    "course": "elearn.cli.course:course",
    "db": "elearn.cli.database:db",
    "demo": "elearn.cli.demo:demo",
    "digest": "elearn.cli.digest:digest",
    "doctor": "elearn.cli.doctor:doctor",
    "jobs": "elearn.cli.jobs:jobs",
    "person": "elearn.cli.rights:person",
    "quiz": "elearn.cli.quiz:quiz",
    "restore": "elearn.cli.backup:restore",
    "search": "elearn.cli.search:search",
    "serve": "elearn.cli.serve:serve",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="elearn")
def elearn() -> None:
    """Courses, quizzes, progress and certificates for a financial intelligence unit."""
