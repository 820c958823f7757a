"""The limit of the machine: nginx with one worker, sending files, with Debian's own settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.client import Target
from bench.server import Server, free_port, run

CONFIGURATION = """\
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 768; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    types {{ application/json json; }}
    client_body_temp_path {directory};
    proxy_temp_path {directory};
    fastcgi_temp_path {directory};
    uwsgi_temp_path {directory};
    scgi_temp_path {directory};
    server {{
        listen 127.0.0.1:{port};
        root {directory};
    }}
}}
"""


@contextmanager
def serve(directory: Path, files: Mapping[str, bytes]) -> Iterator[Server]:
    """A server that sends these files, by name."""
    # A folder of its own: the worker is not root, and must be able to read what is in it.
    directory.mkdir(mode=0o755)
    port = free_port()
    configuration = directory / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(directory=directory, port=port), encoding="utf-8")
    for name, content in files.items():
        (directory / name).write_bytes(content)
    command = ["nginx", "-c", str(configuration), "-e", str(directory / "error.log")]
    with run("nginx", command, ready=Target(port, f"/{next(iter(files))}")) as server:
        yield server
