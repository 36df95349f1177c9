"""``elearn search``: the index of what can be found in courses."""

from pathlib import Path

import click

from elearn.cli.options import config_option, data_option
from elearn.cli.site import migrated
from elearn.search.services import rebuild_index
from elearn.settings import load_settings


@click.group()
def search() -> None:
    """The index that the search looks into."""


@search.command()
@config_option
@data_option
def rebuild(config: Path | None, data: Path | None) -> None:
    """Index anew every release that somebody may read; the site may run meanwhile."""
    with migrated(load_settings(config, data_dir=data)) as database:
        done = rebuild_index(database)
    click.echo(
        f"Indexed anew: releases {done.releases}, passages {done.passages}; taken out: releases {done.forgotten}."
    )
