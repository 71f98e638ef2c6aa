"""The group itself: names its commands without importing them, and turns errors into exit codes."""

from __future__ import annotations

import importlib
import io
import os
import select
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from crawler import __version__
from crawler.cli.base import global_options, has_bytes, settings_of

if TYPE_CHECKING:
    from crawler.errors import ArchiveError


class Lazy(NamedTuple):
    """Where a command lives and what the list of commands says of it."""

    module: str
    summary: str


# In the order in which a new user meets them.
COMMANDS: Mapping[str, Lazy] = {
    "init": Lazy("workspace", "Make or upgrade a workspace: sources.toml, archive, seed copies."),
    "demo": Lazy("demo", "Show the main job on a small web of its own."),
    "check": Lazy("workspace", "Say whether sources.toml is right, with the line of each mistake."),
    "sources": Lazy("sources", "Say what is watched, add to it, switch it on or off."),
    "once": Lazy("passes", "Look at every page of the sources once."),
    "run": Lazy("passes", "Look at the sources for ever, as the daemon."),
    "extract": Lazy("extract", "Show what would be kept of one page; save nothing."),
    "status": Lazy("status", "Show how each source stands against its promise."),
    "changes": Lazy("changes", "List what was changed."),
    "events": Lazy("changes", "List what else happened."),
    "log": Lazy("pages", "List all looks at a page."),
    "show": Lazy("pages", "Show one version of a page."),
    "diff": Lazy("diff", "Show what differs between two versions, seed copies or files."),
    "seeds": Lazy("seeds", "Compare the copies that you hold with the archive."),
    "reuse": Lazy("seeds", "Find every passage of a text that stands elsewhere in the archive."),
    "search": Lazy("search", "Search the full text, Chinese words of any length included."),
    "mark": Lazy("mark", "Mark a change as seen, important or a false alarm."),
    "verify": Lazy("evidence", "Prove that the archive says what the log says."),
    "reextract": Lazy("reextracting", "Rebuild every text from its capture."),
    "anchor": Lazy("anchoring", "Sign the log's head, and have its time witnessed."),
    "cite": Lazy("citing", "Cite a change, version or seed copy, with a bundle that proves it."),
    "import": Lazy("interchange", "File copies that others kept on their pages' timelines."),
    "export": Lazy("interchange", "Write WARC, WACZ, JSON Lines or CSV for other programs."),
    "withhold": Lazy("withholding", "Take out what the law does not let stand."),
    "backup": Lazy("safety", "Write a safe copy of the archive, also while it is being written."),
    "restore": Lazy("safety", "Put a backup in the archive's place."),
    "notify": Lazy("notify", "Send the messages that wait; try a channel."),
    "browse": Lazy("browse", "Open the archive in Datasette."),
}

EPILOG = (
    "Exit codes: 0 done, 1 unexpected error, 2 wrong usage or configuration, 3 some sources "
    "failed, 4 all failed, 5 archive busy or unusable, 6 verification failed, 130 stopped."
)


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"crawler.cli.{COMMANDS[cmd_name].module}")
        loaded = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
        assert isinstance(loaded, click.Command)  # noqa: S101
        return loaded

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from COMMANDS, so that help imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.summary) for name, lazy in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, without importing every command to guess at a misspelt name."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that the user can mend is a sentence and its exit code."""
        from crawler.errors import CrawlError

        try:
            return super().invoke(ctx)
        except CrawlError as error:
            complain(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            complain("stopped")
            ctx.exit(130)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except OSError as error:
            if isinstance(error, BrokenPipeError) and _nobody_reads():
                # As in `crawl changes | head`: that is no error.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                ctx.exit(0)
            # A disk that is full, a file that may not be read: the machine's answer, not a fault.
            if settings_of(ctx).verbosity:
                raise
            complain(f"{error.filename or 'what was to be written'}: {error.strerror or error}")
            ctx.exit(1)
        except Exception as error:
            if (said := _no_utf8(error)) is not None:
                complain(f"what was asked for holds bytes that are no UTF-8: {said!r}")
                ctx.exit(2)
            if (known := _of_the_file(settings_of(ctx).db, error)) is not None:
                complain(str(known))
                ctx.exit(known.exit_code)
            if settings_of(ctx).verbosity:
                raise
            complain(f"unexpected error: {type(error).__name__}: {error}")
            click.echo("  this is a fault of the program: -v shows where", err=True)
            ctx.exit(1)


def _of_the_file(path: Path, error: Exception) -> ArchiveError | None:
    """What SQLite says of the archive's file and the user can mend; None for anything else."""
    import sqlite3

    from crawler.store.faults import told_as

    return told_as(path, error) if isinstance(error, sqlite3.DatabaseError) else None


def _no_utf8(error: Exception) -> str | None:
    """What of the command line cannot be looked for, where that is what failed: a file may have a
    name of any bytes, nothing in an archive has one."""
    if not isinstance(error, UnicodeEncodeError):
        return None
    said = error.object[error.start : error.end]
    return said if has_bytes(said) else None


def _nobody_reads() -> bool:
    """Whether it is our output that nobody reads any more, and not some other pipe."""
    asked = select.poll()
    asked.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in asked.poll(0))


def complain(message: str) -> None:
    """Write an error to stderr, its first word in red on a terminal."""
    from crawler.cli.output import visible

    click.echo(click.style("error: ", fg="red", bold=True) + visible(message), err=True)


def _colour() -> bool | None:
    """What NO_COLOR (no-color.org) and FORCE_COLOR ask for; None leaves it to the terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


@click.group(
    cls=LazyGroup,
    params=global_options(hidden=False),
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="crawl")
@click.pass_context
def crawl(ctx: click.Context) -> None:
    """Watch published texts, keep every version, and prove what was changed."""
    ctx.color = _colour()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever called, as in `crawl status >&-`
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another charset shows an escape instead of ending the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    settings_of(ctx).log_to_stderr()
