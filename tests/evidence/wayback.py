"""A stand-in of the Wayback Machine on loopback, as its documented interface answers: `POST /save`
(Save Page Now 2) begins a job, `GET /cdx/search/cdx` lists copies in JSON, its first row the
columns' names."""

import json
from urllib.parse import parse_qs, urlsplit

from loopback import Loopback, Quiet


class Wayback(Loopback):
    """Serves while it is entered. `copies` are (stamp, url, status); `said` replaces the answer to
    the next requests for a save."""

    def __init__(self, key: str = "access:secret") -> None:
        outer = self
        self.key = key
        self.saves: list[str] = []
        self.lookups: list[dict[str, str]] = []
        self.asked: list[str] = []
        self.copies: list[tuple[str, str, str]] = []
        self.said: tuple[int, object] | None = None
        #: path of a raw copy -> its bytes
        self.pages: dict[str, bytes] = {}

        class Handler(Quiet):
            def do_POST(self) -> None:
                form = parse_qs(self.said().decode())
                if self.headers["Authorization"] != f"LOW {outer.key}":
                    self.answer(401, {"message": "You need to be logged in to use Save Page Now."})
                    return
                outer.saves.append(form["url"][0])
                default = (200, {"url": form["url"][0], "job_id": f"spn2-{len(outer.saves):032x}"})
                self.answer(*(outer.said or default))

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
                if self.path.startswith("/web/") and self.path in outer.pages:
                    self.answer(200, outer.pages[self.path], "text/html; charset=utf-8")
                    return
                if not self.path.startswith("/cdx/"):
                    self.answer(404, {})
                    return
                outer.lookups.append(query)
                if "from" not in query:
                    self.answer(200, outer.listed(query["url"]))
                    return
                rows = [
                    list(copy)
                    for copy in sorted(outer.copies)
                    if copy[1] == query["url"]
                    and copy[0] >= query["from"]
                    and query["filter"] == f"statuscode:{copy[2]}"
                ]
                columns = [query["fl"].split(",")]
                self.answer(200, columns + rows[: int(query["limit"])] if rows else [])

            def answer(self, status: int, said: object, kind: str = "application/json") -> None:
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                moved = {"Location": f"{outer.url}elsewhere"} if status == 302 else {}
                self.send(status, body, kind, **moved)

        super().__init__(Handler)

    def hold(self, stamp: str, url: str, body: bytes) -> None:
        """Keep a copy of a page."""
        self.copies.append((stamp, url, "200"))
        self.pages[f"/web/{stamp}id_/{url}"] = body

    def listed(self, url: str) -> list[list[str]]:
        """All copies of an address, as `fl` of a backfill asks for them."""
        names = ["timestamp", "original", "mimetype", "statuscode", "digest"]
        rows = [
            [stamp, one, "text/html", status, stamp]
            for stamp, one, status in sorted(self.copies)
            if one == url
        ]
        return [names, *rows]
