"""`crawl anchor`: a signed head of the log, and an outside witness to its time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import head_line, say, write_json

if TYPE_CHECKING:
    from crawler.evidence.state import State
    from crawler.store import Archive


@command()
@click.option(
    "--tsa",
    "authorities",
    multiple=True,
    metavar="URL",
    envvar="CRAWL_TSA",
    show_envvar=True,
    help="Have the head stamped by this RFC 3161 authority, not those of sources.toml; may be "
    "given several times.",
)
@click.option(
    "--tsa-ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file with the authority's certificates; it is remembered for later checks.",
)
@click.option("--again", is_flag=True, help="Also when nothing was recorded since the last anchor.")
@click.option(
    "--new-key", is_flag=True, help="Put a new key in the place of the present one, if any."
)
@json_option
@pass_settings
def anchor(
    settings: Settings,
    authorities: tuple[str, ...],
    tsa_ca: Path | None,
    again: bool,
    new_key: bool,
    as_json: bool,
) -> None:
    """Sign the log's head with your key, and have a time-stamping authority witness it.

    The authority learns a hash and your address, nothing else. The signed head is kept in the
    archive and in CRAWL_STATE, outside of it: `crawl verify` compares the two.
    """
    from crawler.cli.times import now
    from crawler.evidence.anchoring import anchor as make_anchor
    from crawler.evidence.state import State

    config = settings.config_or_none()
    named = authorities or (config.network.tsa if config else ())
    state = State()
    if tsa_ca is not None:
        remember_authority(state, tsa_ca)
    with settings.archive("write") as archive:
        if new_key:
            change_key(archive, state)
        made = make_anchor(archive, state, now(), named, again=again)
    if as_json:
        write_json(made)
    else:
        show_anchor(settings, state, made)
    if any(stamp["problem"] for stamp in made["stamps"]):
        raise click.exceptions.Exit(1)


def change_key(archive: Archive, state: State) -> None:
    """Put a new key in the place of the present one and write both into the log; where there is
    none, make the first."""
    from crawler.cli.times import now
    from crawler.evidence.anchoring import tell_key

    if state.key() is None:
        furnish_key(archive)
        return
    old, new = state.replace_key()
    tell_key(archive, old, now())
    tell_key(archive, new, now(), old)


def remember_authority(state: State, path: Path) -> None:
    """Keep an authority's certificates; raises UsageError where the file holds none."""
    from hashlib import sha256

    from crawler.errors import UsageError

    pem = path.read_bytes()
    if b"-----BEGIN CERTIFICATE-----" not in pem:
        raise UsageError(f"{path} holds no certificate", "name a PEM file of the authority")
    state.keep_authority(sha256(pem).hexdigest()[:16], pem)


def show_anchor(settings: Settings, state: State, made: Mapping[str, Any]) -> None:
    """The anchor for a person: the head to write down, the key, each stamp."""
    problems = [stamp for stamp in made["stamps"] if stamp["problem"]]
    for stamp in problems:
        say(f"not stamped: {stamp['problem']}", fg="red", err=True)
    if settings.quiet:
        return
    say(f"{'signed' if made['made'] else 'already signed'}  {head_line(made['head'])}", bold=True)
    say(f"  log        {made['head']['origin']}")
    say(f"  key        {made['key']}")
    for stamp in made["stamps"]:
        if stamp["moment"]:
            checked = stamp["checked_by"] or f"not checked: {stamp['unchecked']}"
            say(f"  stamped    {stamp['moment']} by {stamp['authority']} ({checked})")
    if not made["stamps"]:
        say("  no outside witness yet: name a time-stamping authority with --tsa", dim=True)
    say(f"  kept in    {state.folder}: keep a copy of this folder somewhere else", dim=True)


def furnish_key(archive: Archive) -> tuple[Path, bool]:
    """Make the key where there is none and write it into the log: its file, and whether it was
    made."""
    from crawler.cli.times import now
    from crawler.evidence.anchoring import tell_key
    from crawler.evidence.state import State

    state = State()
    key, made = state.make_key()
    tell_key(archive, key, now())
    return state.key_path, made
