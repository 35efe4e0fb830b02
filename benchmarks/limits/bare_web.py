"""The limit of `accept`: Falcon under waitress, which reads the body, keeps nothing and says 202.

python -m benchmarks.limits.bare_web THREADS
"""

import sys
from typing import Any

import falcon
from waitress.server import create_server

_ANSWER = b'{"job_id":"019377a0-0000-7000-8000-000000000000","state":"queued"}'


class _Ingest:
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        req.bounded_stream.read()
        resp.status = 202
        resp.data = _ANSWER


def main(threads: str) -> None:
    app: Any = falcon.App()
    app.add_route("/ingest", _Ingest())
    server = create_server(app, host="127.0.0.1", port=0, threads=int(threads))
    sys.stdout.write(f"listening on http://127.0.0.1:{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
