"""The archive in Datasette: our own pages, what it is told about the tables, and how it is started.

This module is the plugin (entry point `datasette`): the hooks are found here by name, which is why
they cannot be loaded lazily. Without Datasette what draws a comparison can still be imported.
"""

from crawler.web.files import write_files

try:
    from crawler.web.door import (
        extra_template_vars,
        menu_links,
        prepare_connection,
        register_routes,
        render_cell,
    )
    from crawler.web.serving import arguments, browse
except ModuleNotFoundError as missing:
    if missing.name != "datasette":
        raise

__all__ = [
    "arguments",
    "browse",
    "extra_template_vars",
    "menu_links",
    "prepare_connection",
    "register_routes",
    "render_cell",
    "write_files",
]
