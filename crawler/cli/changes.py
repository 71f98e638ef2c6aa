"""`crawl changes` and `crawl events`: what was changed, and what else happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.choices import OneOf
from crawler.cli.output import plural, say, write_lines
from crawler.cli.times import Moment, between, now, shown
from crawler.model.times import iso
from crawler.model.words import ChangeKind, EventKind, Label

_DAYS = 7


@command()
@click.option("--since", type=Moment(), metavar="T", help="Recorded since: 7d, 2026-03-01.")
@click.option("--after", type=int, metavar="ID", help="Changes with a greater id than this.")
@click.option("--until", type=Moment(), metavar="T", help="Recorded before.")
@click.option("--source", metavar="S", help="Of this source.")
@click.option("--tag", metavar="T", help="Of sources with this tag.")
@click.option("--seed", metavar="S", help="Touching this seed copy.")
@click.option("--kind", type=OneOf(ChangeKind), metavar="K", help="Of this kind.")
@click.option("--min-score", type=click.FloatRange(0, 1), metavar="X", help="Scoring this or more.")
@click.option("--label", type=OneOf(Label), metavar="L", help="So labelled.")
@click.option("--term", metavar="T", help="Where this watched word appeared or vanished.")
@click.option("--unseen", is_flag=True, help="That nobody has marked.")
@json_option
@pass_settings
def changes(settings: Settings, as_json: bool, **asked: Any) -> None:
    """List what was changed: the last 7 days above score 0, unless other times are asked for.

    With --json everything, one change a line, the oldest first.
    """
    dated = asked["since"] or asked["until"] or asked["after"] is not None
    with settings.archive() as archive:
        archive.need_names(source=asked["source"], tag=asked["tag"], seed=asked["seed"])
        if as_json:
            write_lines(archive.changes(**asked))
            return
        if not dated:
            asked["since"] = iso(now() - timedelta(days=_DAYS))
        in_all, first = (0, None) if dated else archive.count_changes(**{**asked, "since": None})
        listed = told = 0
        with_form = asked["label"] and not asked["min_score"]
        for row in archive.changes(**asked):
            listed += 1
            if row["score"] > 0 or with_form:
                told += 1
                show_change(settings, row)
    report_hidden(told, listed - told, max(0, in_all - listed), (first or "")[:10])


def report_hidden(told: int, without_score: int, older: int, oldest: str) -> None:
    """How many were shown, and what was left out and why; `oldest` is the day of the first."""
    say(f"{plural(told, 'change')} shown" if told else "No change to show.", bold=True)
    if without_score:
        say(f"{plural(without_score, 'change')} of score 0 (form alone, suspicions) not shown")
    if older:
        say(f"{plural(older, 'older change')} not shown: --since {oldest}")


def show_change(settings: Settings, row: Mapping[str, Any]) -> None:
    """One change for a person: when it can have happened, where, what kind, how much."""
    from crawler.cli.reasons import why
    from crawler.cli.redline_text import counts, state_line

    where = settings.zone()
    say(f"{row['change']:>6}  {row['url']}", bold=True)
    when = between(row["old_last_seen"], row["new_first_seen"], where)
    say(f"        {row['source']}, between {when}")
    if row["kind"] == "state":
        say(f"        {state_line(row)}", fg="yellow")
    else:
        say(f"        {counts(row)}")
    if reason := why(row):
        say(f"        {reason}")
    for field in row["fields"]:
        say(f"        {field['field']}: {_value(field['from'])} -> {_value(field['to'])}")
    for seed in row["seeds"]:
        say(f"        touches the seed copy {seed['seed']}", fg="magenta")
    for term in row["terms"]:
        before = plural(term["before"], "time")
        say(f"        {term['term']}: {before} before, {term['after']} now")
    if row["superseded_by"]:
        say(f"        no longer stands: see change {row['superseded_by']}", dim=True)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return plural(len(value), "address", "addresses")
    return str(value) if value else "–"


@command()
@click.option("--since", type=Moment(), metavar="T", help="Recorded since: 7d, 2026-03-01.")
@click.option("--kind", type=OneOf(EventKind), metavar="K", help="Of this kind.")
@json_option
@pass_settings
def events(settings: Settings, since: str | None, kind: str | None, as_json: bool) -> None:
    """List what else happened: a promise broken, a listing shrunk, a seed copy revised."""
    with settings.archive() as archive:
        found = archive.events(since=since, kind=kind)
        if as_json:
            write_lines(found)
            return
        told = False
        for row in found:
            show_event(settings, row)
            told = True
    if not told:
        say("No event.")


def show_event(settings: Settings, row: Mapping[str, Any]) -> None:
    """One event for a person: when, what, and what to do."""
    say(f"{shown(row['recorded_at'], settings.zone())}  {row['kind']}  {row['subject']}", bold=True)
    say(f"  {row['message']}")
    if row["next_step"]:
        say(f"  {row['next_step']}", dim=True)
