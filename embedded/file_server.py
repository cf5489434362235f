"""The suppliers' side of the demonstration: the sample price lists over HTTP, on the loopback address only."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from embedded import ports


class _PriceLists(http.server.SimpleHTTPRequestHandler):
    """Files directly in the folder, with Last-Modified; no listing, no folders, no scripts."""

    def translate_path(self, path: str) -> str:
        name = Path(unquote(urlsplit(path).path)).name
        served = name.endswith((".csv", ".xlsx", ".pdf"))
        return str(Path(self.directory) / (name if served else "there-is-no-such-file"))

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the courier's own log tells of every fetch."""


@contextmanager
def file_server(folder: Path, port_file: Path) -> Iterator[str]:
    """Serve ``folder`` while the block runs; yields the address, on the port of last time if it is free."""
    port = int(port_file.read_text()) if port_file.exists() else ports.any_free()
    handler = functools.partial(_PriceLists, directory=str(folder))
    server = http.server.ThreadingHTTPServer((ports.LOOPBACK, port if ports.is_free(port) else 0), handler)
    port_file.write_text(str(server.server_port))
    thread = threading.Thread(target=server.serve_forever, name="sample-files", daemon=True)
    thread.start()
    try:
        yield f"http://{ports.LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
