"""What every command shares: the global options, the archive and the file they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from datetime import tzinfo

    from crawler.config import Config
    from crawler.store import Archive

DEFAULT_DB = "archive/archive.db"
DEFAULT_SOURCES = "sources.toml"


@dataclass
class Settings:
    """The global options of one call. Nothing is opened or read before it is asked for."""

    db: Path = Path(DEFAULT_DB)
    sources: Path = Path(DEFAULT_SOURCES)
    verbosity: int = 0
    quiet: bool = False
    _config: Config | None = field(default=None, repr=False)
    _zone: tzinfo | None = field(default=None, repr=False)

    def config(self) -> Config:
        """The configuration file, read once; raises ConfigError with all its mistakes."""
        if self._config is None:
            from crawler.config import load

            self._config = load(self.sources)
        return self._config

    def config_or_none(self) -> Config | None:
        """The configuration where it is right: a reader's command works without it."""
        from crawler.errors import ConfigError

        try:
            return self.config()
        except ConfigError:
            return None

    def archive(self, mode: Literal["read", "write"] = "read") -> Archive:
        """The archive, opened; raises ArchiveError when it cannot be used."""
        from crawler.store import Archive

        return Archive.open(self.db, mode=mode)

    def zone(self) -> tzinfo:
        """The zone that people are shown: `tz` of the file's defaults, else UTC. Asked for each
        line of a list, so a file that cannot be read is read once."""
        if self._zone is None:
            from crawler.cli.times import zone

            config = self.config_or_none()
            self._zone = zone(str(getattr(config.defaults, "tz", "UTC")) if config else "UTC")
        return self._zone

    def log_to_stderr(self) -> None:
        """Set how much of the log is shown: `-q` errors, nothing warnings, `-v`, `-vv` more."""
        import logging

        level = logging.ERROR if self.quiet else logging.WARNING
        if self.verbosity:
            level = logging.INFO if self.verbosity == 1 else logging.DEBUG
        logging.basicConfig(
            level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
        )


def settings_of(ctx: click.Context) -> Settings:
    """The settings of this call, made at the first need."""
    root = ctx.find_root()
    if not isinstance(root.obj, Settings):
        root.obj = Settings()
    return root.obj


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    settings = settings_of(ctx)
    if not value:
        return
    if param.name == "db":
        settings.db = value
    elif param.name == "sources":
        settings.sources = value
    elif param.name == "verbose":
        settings.verbosity = value
        settings.log_to_stderr()
    else:
        settings.quiet = True
        settings.log_to_stderr()


def global_options(*, hidden: bool) -> list[click.Option]:
    """`--db`, `--sources`, `-v`, `-q`: shown by the group, and understood behind a command too."""
    path = click.Path(path_type=Path)
    env = (None, None) if hidden else ("CRAWL_DB", "CRAWL_SOURCES")
    common: dict[str, Any] = {"expose_value": False, "callback": _keep, "hidden": hidden}
    return [
        click.Option(
            ["--db"],
            type=path,
            metavar="PATH",
            envvar=env[0],
            show_envvar=not hidden,
            help=f"The archive [default: {DEFAULT_DB}].",
            **common,
        ),
        click.Option(
            ["--sources"],
            type=path,
            metavar="PATH",
            envvar=env[1],
            show_envvar=not hidden,
            help=f"What to watch [default: {DEFAULT_SOURCES}].",
            **common,
        ),
        click.Option(["-v", "--verbose"], count=True, help="Say more; -vv still more.", **common),
        click.Option(["-q", "--quiet"], is_flag=True, help="Say only what went wrong.", **common),
    ]


def has_bytes(text: str) -> bool:
    """Whether the command line had bytes here that are no UTF-8."""
    return any("\udc80" <= char <= "\udcff" for char in text)


class Command(click.Command):
    """A command that takes the global options behind its name too, and whose words are UTF-8. An
    argument may be a file, whose name need not be."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; refuses bytes that are no UTF-8 in an option that names no file."""
        rest = super().parse_args(ctx, args)
        for param in self.get_params(ctx):
            value = ctx.params.get(param.name or "")
            if isinstance(param, click.Option) and isinstance(value, str) and has_bytes(value):
                raise click.BadParameter(f"{value!r} holds bytes that are no UTF-8", ctx, param)
        return rest

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters and the hidden global ones."""
        own = super().get_params(ctx)
        taken = {option for param in own for option in param.opts}
        return own + [
            option for option in global_options(hidden=True) if not taken.intersection(option.opts)
        ]


def command(name: str | None = None, **attrs: Any) -> Callable[[Callable[..., Any]], Command]:
    """`click.command` for the commands of `crawl`."""
    return click.command(name, cls=Command, **attrs)


def pass_settings(function: Callable[..., None]) -> Callable[..., None]:
    """Hand the settings of this call to a command as its first argument."""

    @click.pass_context
    def call(ctx: click.Context, *args: Any, **kwargs: Any) -> None:
        ctx.invoke(function, settings_of(ctx), *args, **kwargs)

    return update_wrapper(call, function)


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Write JSON for scripts, nothing else."
)
exit_code_option = click.option(
    "--exit-code",
    "tell_exit",
    is_flag=True,
    help="End with 10 when something changed, or a promise is broken.",
)
CHANGED = 10
