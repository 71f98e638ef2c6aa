"""`python -m crawler` is `crawl`."""

if __name__ == "__main__":
    # Imported in here alone: reader processes load this module again, and need no command line.
    from crawler.cli import main

    main()
