"""The archive in Datasette: our own pages, what it is told about the tables, and how it is started.

This module is the plugin (entry point `datasette`): the hooks are found here by name. They are
loaded when they are first asked for, so that what draws a page can be had without Datasette.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOME = {"arguments": "serving", "browse": "serving", "write_files": "files"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME.get(name, 'door')}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
