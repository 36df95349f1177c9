"""The options that say which site a command is about."""

from pathlib import Path

import click

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of settings, like the config.py that came with elearn.",
)
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the database and the secret key [data].",
)
