"""A slow ml-analyze for the bench of analyses in flight: knows every id, reports progress, ends some a second.

``python -m bench.slow_service RESULT ENDS_A_SECOND`` prints its port. ``items_processed`` is the second it was told in.
"""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson

BEGAN = time.time()
ended: set[str] = set()


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        ids = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))["job_ids"]
        now = time.time()
        due = int((now - BEGAN) * float(sys.argv[2])) - len(ended)
        for each in ids[: max(0, due)]:
            ended.add(each)
        body = orjson.dumps({"jobs": [self._told(each, int(now)) for each in ids]})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _told(self, name: str, now: int) -> dict[str, object]:
        told: dict[str, object] = {"job_id": name, "phase": "extracting", "items_total": 2**31 - 1}
        if name in ended:
            return told | {"status": "completed", "result_path": sys.argv[1], "items_processed": 1, "items_total": 1}
        return told | {"status": "processing", "items_processed": now}


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    print(server.server_address[1], flush=True)
    server.serve_forever()
