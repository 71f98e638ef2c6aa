"""sources.toml: reading it, and saying all that is wrong with it at once."""

from crawler.config.capacity import check
from crawler.config.load import Config, load
from crawler.config.schema import schema

__all__ = ["Config", "check", "load", "schema"]
