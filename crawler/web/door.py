"""The plugin as Datasette knows it: hooks that exist in 0.65 and in 1.0, and nothing else of it.

Our pages are functions of the archive and a request; here they are put at their addresses, each
answered in a thread with a read-only connection of its own.
"""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http.cookies import CookieError
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from datasette import Forbidden, hookimpl
from datasette.utils.asgi import Request, Response

from crawler.model import Gazetteer
from crawler.web import links
from crawler.web.answering import answered, is_archive
from crawler.web.asking import Answer, Asked, Page
from crawler.web.files import PLUGIN
from crawler.web.language import COOKIE, LANGUAGES, wanted
from crawler.web.routes import ROUTES

View = Callable[..., Awaitable[Response]]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Any) -> list[tuple[str, View]]:
    """Our pages, where an archive of ours is open; else Datasette keeps all of its own."""
    if archive_of(datasette) is None:
        return []
    return [(pattern, view_of(page, pattern)) for pattern, page in ROUTES]


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: Any) -> None:
    """Datasette's own search boxes ask for Chinese words as the index keeps them. `trylast`: the
    function replaces Datasette's."""
    conn.create_function("escape_fts", 1, links.search_expression)


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """Ways back from Datasette's pages to ours."""
    if archive_of(datasette) is None:
        return []
    return [
        {"href": datasette.urls.path(path), "label": label} for path, label in links.MENU.items()
    ]


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """For templates of the user's own: whether an archive of ours is open, and under which name."""
    return {"palimpsest_database": archive_of(datasette)}


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: Any, column: str, table: str | None, datasette: Any) -> Any:
    """Ids of changes, versions, pages and texts in Datasette's tables lead to our pages."""
    path = links.of_cell(table, column, value)
    if path is None or archive_of(datasette) is None:
        return None
    return links.anchor(datasette.urls.path(path), value)


def archive_of(datasette: Any) -> str | None:
    """The name of the first database that is an archive of ours."""
    for name, database in datasette.databases.items():
        path = getattr(database, "path", None)
        if path and is_archive(str(path)):
            return str(name)
    return None


def view_of(page: Page, pattern: str) -> View:
    """A page as Datasette calls it."""

    async def view(request: Request, datasette: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response("this page can only be read\n", 405, {"Allow": "GET, HEAD"})
        name = archive_of(datasette)
        if name is None or not await may_look(datasette, request, name):
            raise Forbidden("view-database")
        path = Path(str(datasette.databases[name].path))
        return response(
            await asyncio.to_thread(answered, page, path, asked(request, datasette, name)), request
        )

    view.__name__ = f"palimpsest_{re.sub(r'[^a-z]+', '_', pattern)}"
    return view


async def may_look(datasette: Any, request: Request, name: str) -> bool:
    """Whether Datasette's own rules let this reader see the database (0.65 and 1.0 ask it in
    different ways)."""
    if hasattr(datasette, "permission_allowed"):
        found = datasette.permission_allowed(
            request.actor, "view-database", resource=name, default=True
        )
    else:
        from datasette.resources import DatabaseResource

        found = datasette.allowed(
            action="view-database", resource=DatabaseResource(name), actor=request.actor
        )
    return bool(await found if inspect.isawaitable(found) else found)


def asked(request: Request, datasette: Any, name: str) -> Asked:
    """The request in our terms."""
    query = {key: request.args[key] for key in request.args}
    base = str(datasette.setting("base_url"))
    accepted = request.headers.get("accept-language", "")
    scheme = "https" if datasette.setting("force_https_urls") else request.scheme
    return Asked(
        path=base.rstrip("/") + request.path if not request.path.startswith(base) else request.path,
        parts={key: unquote(value) for key, value in request.url_vars.items()},
        query=query,
        base=base,
        origin=f"{scheme}://{request.host}",
        database=name,
        language=wanted(query.get("lang"), cookie(request), accepted),
        now=datetime.now(UTC),
        raw_query=request.query_string,
        gazetteer=gazetteer_of(datasette),
    )


def gazetteer_of(datasette: Any) -> Gazetteer | None:
    """The words that Datasette was started with for us; whatever is no list of words is left
    out."""
    given = (datasette.plugin_config(PLUGIN) or {}).get("gazetteer")
    if not isinstance(given, dict):
        return None
    lists = {kind: given.get(kind) for kind in ("names", "offices", "formulas")}
    kept = {kind: words for kind, words in lists.items() if isinstance(words, list)}
    return Gazetteer(**{kind: frozenset(map(str, words)) for kind, words in kept.items()})


def cookie(request: Request) -> str | None:
    """The language that the reader chose before."""
    try:
        kept = request.cookies.get(COOKIE)
    except CookieError:
        return None
    return None if kept is None else str(kept)


def response(answer: Answer, request: Request) -> Response:
    """Our answer as Datasette sends it; a chosen language is remembered."""
    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode("utf-8", "replace")
    sent = Response(body, answer.status, answer.all_headers, answer.content_type)
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        sent.set_cookie(COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="lax")
    return sent


def serve(argv: list[str]) -> None:
    """Datasette's own command, until it is interrupted; raises SystemExit as it does."""
    # Not before: it loads all plugins, and would find this one half read.
    from datasette.cli import cli

    cli.main(args=argv, prog_name="datasette", standalone_mode=False)
