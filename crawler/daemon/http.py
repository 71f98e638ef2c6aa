"""`/healthz`, `/readyz` and `/metrics` from a thread of their own, so that they answer for a loop
that is stuck."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.daemon.pulse import Pulse
from crawler.errors import UsageError

REQUEST_TIME_S = 5.0


def place(written: str) -> tuple[str, int]:
    """`127.0.0.1:9100`, `[::1]:9100` or `:9100` (loopback); raises UsageError."""
    host, colon, port = written.rpartition(":")
    if not colon or not port.isdecimal() or not 0 <= int(port) < 65_536:
        raise UsageError(f"{written!r} is no HOST:PORT", "write e.g. --http 127.0.0.1:9100")
    return host.strip("[]") or "127.0.0.1", int(port)


class HealthServer:
    """Serves a pulse between `start` and `stop`."""

    def __init__(self, host: str, port: int, pulse: Pulse) -> None:
        """Raises UsageError when the place is taken or not ours."""
        handler = type("Handler", (_Handler,), {"pulse": pulse})
        kind = _Six if ":" in host else _Four
        try:
            self._server = kind((host, port), handler)
        except OSError as error:
            raise UsageError(
                f"{host}:{port} cannot be listened on: {error.strerror}", "name another --http"
            ) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="health", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Answers from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answers no longer."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Four(ThreadingHTTPServer):
    daemon_threads = True


class _Six(_Four):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    pulse: Pulse
    timeout = REQUEST_TIME_S
    server_version = "Palimpsest"
    sys_version = ""

    def do_GET(self) -> None:
        """Health, readiness or metrics; 503 when not alive or not ready."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._answer(200, self.pulse.metrics(), "text/plain; version=0.0.4; charset=utf-8")
        elif path in ("/healthz", "/readyz"):
            good, told = self.pulse.health() if path == "/healthz" else self.pulse.readiness()
            body = json.dumps(told, ensure_ascii=False).encode() + b"\n"
            self._answer(200 if good else 503, body, "application/json")
        else:
            self._answer(404, b"/healthz, /readyz, /metrics\n", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A look at our health is no news."""
