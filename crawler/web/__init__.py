"""The archive in Datasette: what it is told about the tables, and how it is started."""

from crawler.web.files import write_files
from crawler.web.serving import arguments, browse

__all__ = ["arguments", "browse", "write_files"]
