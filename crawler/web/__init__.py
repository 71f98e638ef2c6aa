"""The archive in Datasette: our own pages, what it is told about the tables, and how it is started.

This module is the plugin (entry point `datasette`): the hooks are found here by name.
"""

from crawler.web.door import (
    extra_template_vars,
    menu_links,
    prepare_connection,
    register_routes,
    render_cell,
)
from crawler.web.files import write_files
from crawler.web.serving import arguments, browse

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
