"""Calls a URL and shows the answer, like `curl -i`: python call.py METHOD URL [JSON]."""

import sys
import urllib.error
import urllib.request

SHOWN = ("Location", "Retry-After", "Content-Type")


def main(method: str, url: str, body: str | None = None) -> None:
    request = urllib.request.Request(
        url,
        method=method,
        data=None if body is None else body.encode(),
        headers={} if body is None else {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as response:
            show(response)
    except urllib.error.HTTPError as error:
        show(error)


def show(response: "urllib.error.HTTPError") -> None:
    lines = [f"HTTP {response.status} {response.reason}"]
    lines += [f"{name}: {response.headers[name]}" for name in SHOWN if response.headers[name]]
    sys.stdout.write("\n".join([*lines, "", response.read().decode(), ""]))


if __name__ == "__main__":
    main(*sys.argv[1:])
