"""``elearn serve``: run a lasting site."""

import sys
from pathlib import Path

import click

from elearn.cli.options import config_option, data_option
from elearn.serving.supervisor import serve as run
from elearn.settings import load_settings


@click.command()
@config_option
@data_option
@click.option("--host", help="The address to listen at [127.0.0.1].")
@click.option("--port", type=int, help="The port to listen at [8000].")
@click.option("--workers", type=int, help="How many processes answer requests [one for each core].")
def serve(config: Path | None, data: Path | None, host: str | None, port: int | None, workers: int | None) -> None:
    """Run the site: make what is missing, migrate, answer requests until stopped."""
    sys.exit(run(load_settings(config, data_dir=data, host=host, port=port, workers=workers)))
