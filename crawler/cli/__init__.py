"""The command `crawl`: a click group whose commands are loaded when they are called."""

from crawler.cli.root import crawl


def main() -> None:
    """Run `crawl` with the arguments of this process; never returns, ends with an exit code."""
    crawl(prog_name="crawl")


__all__ = ["crawl", "main"]
