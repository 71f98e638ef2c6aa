"""The command `crawl`: a click group whose commands are loaded when they are called."""

import gc

# What a page leaves behind dies with it: looking for cycles of dead objects every 700 new ones, as
# is usual, took a tenth of a crawl.
_COLLECT_AFTER = (20_000, 20, 50)


def main() -> None:
    """Run `crawl` with the arguments of this process; never returns, ends with an exit code."""
    # Imported in here: reader processes load the script that calls this, and need no command line.
    from crawler.cli.root import crawl

    gc.set_threshold(*_COLLECT_AFTER)
    crawl(prog_name="crawl")


__all__ = ["main"]
