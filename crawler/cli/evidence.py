"""`crawl verify`: whether the archive is sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import head_line, plural, say, write_json

_SHOWN = 50
_REMOVALS = 10


@command()
@click.option(
    "--replay",
    type=click.FloatRange(0, 1, min_open=True),
    is_flag=False,
    flag_value=1.0,
    metavar="[SHARE]",
    help="Read captures again that this very extractor read: all, or a share drawn by lot.",
)
@json_option
@pass_settings
def verify(settings: Settings, replay: float | None, as_json: bool) -> None:
    """Prove that every row, byte and text says what the log says; end with 6 where one does not."""
    from crawler.errors import VerificationFailed
    from crawler.evidence.replaying import Replay
    from crawler.evidence.verify import verify as verify_archive

    config = settings.config_or_none() if replay else None
    asked = Replay(replay, tuple(config.profiles) if config else ()) if replay else None
    found = verify_archive(settings.db, replay=asked)
    if as_json:
        write_json(found)
    else:
        show_verification(settings, found)
    if not found["ok"]:
        raise click.exceptions.Exit(VerificationFailed.exit_code)


def show_verification(settings: Settings, found: Mapping[str, Any]) -> None:
    """The proof for a person: what was read, the head to compare, each row that is wrong."""
    problems = found["problems"]
    for problem in problems[:_SHOWN]:
        say(f"{problem['table']} {problem['row']}: {problem['what']}", fg="red")
    if len(problems) > _SHOWN:
        say(f"… and {len(problems) - _SHOWN} more: --json lists them all")
    if settings.quiet and found["ok"]:
        return
    verdict = "sound" if found["ok"] else f"NOT SOUND: {plural(len(problems), 'problem')}"
    say(f"{settings.db} is {verdict}", fg="green" if found["ok"] else "red", bold=True)
    say(f"  {plural(found['observations'], 'observation')}")
    say(f"  head {head_line(found['head'])}")
    if found["anchored_until"]:
        say(f"  anchored until {found['anchored_until']} ({plural(found['anchors'], 'anchor')})")
    for what in found["unchecked"]:
        say(f"  not checked: {what}", fg="yellow")
    if "replay" in found:
        again = found["replay"]
        say(
            f"  {again['same']} of {plural(again['read'], 'capture')} read again the same; "
            f"{again['not_here']} not here, {again['otherwise_read']} read by other versions"
        )
    if found["withheld"]:
        say(f"  {plural(found['withheld'], 'item')} withheld, their hashes kept")
    for one in found["removals"][:_REMOVALS]:
        say(f"    {one['recorded_at']} {one['subject']}: {one['reason']}", dim=True)
    if len(found["removals"]) > _REMOVALS:
        say(f"    … and {len(found['removals']) - _REMOVALS} more: --json lists them all", dim=True)
    if found["unprotected_tail"]:
        tail = plural(found["unprotected_tail"], "record")
        say(f"  {tail} that nothing outside this archive bears witness to: crawl anchor")
