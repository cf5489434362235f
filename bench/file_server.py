"""The other end of a download bench, as a process of its own: one file over HTTP by sendfile, so that it costs little.

``python -m bench.file_server FOLDER`` prints its port; every path is a file of the folder.
"""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path


def serve(connection: socket.socket, folder: Path) -> None:
    """Answer one request after the other on a kept connection."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, connection.makefile("rb") as asked:
        while request := asked.readline():
            path = folder / request.split()[1].decode().lstrip("/")
            known = False
            while header := asked.readline().strip():
                known |= header.lower() == f'if-none-match: "{path.name}"'.encode()
            if known:
                connection.sendall(f'HTTP/1.1 304 Not Modified\r\nETag: "{path.name}"\r\n\r\n'.encode())
                continue
            with path.open("rb") as file:
                size = path.stat().st_size
                head = f'Content-Length: {size}\r\nContent-Type: text/csv\r\nETag: "{path.name}"'
                connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
                connection.sendfile(file)


def main() -> None:
    folder = Path(sys.argv[1])
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, folder), daemon=True).start()


if __name__ == "__main__":
    main()
