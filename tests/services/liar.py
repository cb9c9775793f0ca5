"""An HTTP server that answers as a test says: for answers that a real server gives only on its bad days."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[str, dict[str, str], bytes], tuple[int, Any]]
"""From path, headers and body of a request to a status and what is sent as JSON (bytes are sent as they are)."""


class Liar:
    """`requests` are the paths asked so far; `pause` seconds are taken after every byte of a body."""

    def __init__(self, answer: Answer, url: str) -> None:
        self.answer = answer
        self.url = url
        self.requests: list[str] = []
        self.pause = 0.0


@contextmanager
def liar(answer: Answer) -> Iterator[Liar]:
    """Serve on a free loopback port while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            this.requests.append(self.path)
            status, content = this.answer(self.path, dict(self.headers), body)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.end_headers()
            self._send(data)

        do_GET = do_DELETE = do_POST

        def _send(self, data: bytes) -> None:
            try:
                for byte in [data] if this.pause == 0 else (data[i : i + 1] for i in range(len(data))):
                    self.wfile.write(byte)
                    time.sleep(this.pause)
            except OSError:
                self.close_connection = True  # the client had enough

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        this = Liar(answer, f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield this
        finally:
            server.shutdown()
            thread.join()
