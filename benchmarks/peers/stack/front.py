"""POST /ingest as a user would write it: Falcon under waitress, one text a request, which is with
the queue before the answer is sent.

python -m benchmarks.peers.stack.front MODULE THREADS
"""

import importlib
import sys
import uuid
from typing import Any

import falcon
import msgspec
from waitress.server import create_server


class _Text(msgspec.Struct):
    text: str


class _Submission(msgspec.Struct):
    sources: list[_Text]


_decode = msgspec.json.Decoder(_Submission).decode


class _Ingest:
    def __init__(self, queue: Any) -> None:
        self._send = queue.send

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        (source,) = _decode(req.bounded_stream.read()).sources
        job_id = str(uuid.uuid4())
        self._send(job_id, source.text)
        resp.status = 202
        resp.data = msgspec.json.encode({"job_id": job_id, "state": "queued"})


def main(module: str, threads: str) -> None:
    app: Any = falcon.App()
    app.add_route("/ingest", _Ingest(importlib.import_module(module)))
    server = create_server(app, host="127.0.0.1", port=0, threads=int(threads))
    sys.stdout.write(f"listening on http://127.0.0.1:{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
