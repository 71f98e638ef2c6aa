"""The command `crawl`: a click group whose commands are loaded when they are called."""

import gc
import os
import sys

# What a page leaves behind dies with it: looking for cycles of dead objects every 700 new ones, as
# is usual, took a tenth of a crawl.
_COLLECT_AFTER = (20_000, 20, 50)


def main() -> None:
    """Run `crawl` with the arguments of this process; never returns, ends with an exit code."""
    # Imported in here: reader processes load the script that calls this, and need no command line.
    from crawler.cli.root import crawl

    _speak_utf8()
    gc.set_threshold(*_COLLECT_AFTER)
    crawl(prog_name="crawl")


def _speak_utf8() -> None:
    """Begin again with UTF-8 where Python was told to take words and names of files for ASCII: it
    does so by itself under the locale C, save where PYTHONUTF8=0 forbids it."""
    if sys.getfilesystemencoding() == "ascii" and "utf8" not in sys._xoptions:
        again = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
        os.execv(sys.executable, again)  # noqa: S606 - ourselves


__all__ = ["main"]
