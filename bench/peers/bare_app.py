"""The ceiling of a Python server: uvicorn, set up like llmanac's, and an application that only sends bytes.

python -m bench.peers.bare_app PORT FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


def sender(body: bytes) -> ASGIApp:
    """An application that answers everything with the same JSON."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]

    async def send_it(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return send_it


def main() -> None:
    """Serve until a signal ends it."""
    port, file = sys.argv[1:]
    uvicorn.run(
        sender(Path(file).read_bytes()),
        port=int(port),
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
