"""`crawl browse`: Datasette on the archive."""

from __future__ import annotations

import click

from crawler.cli.base import Settings, command, pass_settings


@command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65_535))
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@pass_settings
def browse(settings: Settings, host: str, port: int, open_browser: bool) -> None:
    """Open the archive in Datasette, on this machine alone unless --host says otherwise.

    Publishing an archive publishes other people's texts: think before you listen elsewhere.
    """
    from crawler.web import browse as serve

    config = settings.config_or_none()
    words = config.gazetteer if config else None
    serve(settings.db, host=host, port=port, open_browser=open_browser, gazetteer=words)
