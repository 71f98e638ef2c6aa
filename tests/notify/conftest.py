"""A service that messages are sent to, and an archive that writes them."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


class Service:
    """A webhook on loopback: what it was sent, and whether it takes anything."""

    def __init__(self) -> None:
        self.letters: list[dict] = []
        self.down = False
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if service.down:
                    self.send_response(503)
                else:
                    service.letters.append(json.loads(body))
                    self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self._server.server_port}/hook"

    @property
    def titles(self) -> list[str]:
        return [letter["title"] for letter in self.letters]

    def keys(self) -> list[str]:
        return [letter["message"].rsplit("key ", 1)[1].strip() for letter in self.letters]

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def service(monkeypatch) -> Iterator[Service]:
    made = Service()
    monkeypatch.setenv("TEAM_URL", made.url)
    yield made
    made.stop()


def building(name: str):
    file = Path(__file__).resolve().parents[1] / "store" / "building.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def world(tmp_path) -> Iterator[object]:
    made = building("building_of_notify").World(tmp_path / "archive.db")
    yield made
    made.close()
