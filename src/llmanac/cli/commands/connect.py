"""``llmanac connect``: the lines that point a program at a server, and a check that they work."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from llmanac import settings
from llmanac.cli.options.shared import AsJson, Url
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put, put_json, say
from llmanac.dialects.clients import CLIENTS, Client
from llmanac.errors import NotFound
from llmanac.settings import Settings

COLUMNS = (TableColumn("CLIENT"), TableColumn("IS", may_wrap=True), TableColumn("READS"), TableColumn("SENDS"))

app = typer.Typer()


@app.command()
def connect(
    name: Annotated[str | None, typer.Argument(metavar="[CLIENT]", help="The name of a client, as listed.")] = None,
    url: Url = None,
    token: Annotated[
        str | None,
        typer.Option(help="A token, written into the lines and used by --test.", show_default="LLMANAC_TOKEN"),
    ] = None,
    test: Annotated[bool, typer.Option("--test", help="Ask the server as the client would.")] = False,
    as_json: AsJson = False,
) -> None:
    if name is None:
        _list(as_json=as_json)
        return
    client, chosen = _named(name), settings.load(url=url)
    address = chosen.url or f"http://{chosen.host}:{chosen.port}"
    if test:
        _test(client, address, token or _token_of(chosen))
        return
    lines = client.lines_for(address, token)
    if as_json:
        put_json({"client": client.name, "dialect": client.dialect, "place": client.place, "lines": lines})
        return
    say(f"In {client.place}:")
    put(lines)
    if not client.sends_credential and token is None:
        say(f"{client.label} sends no credential, so its token is in the address: `llmanac token create --in-path`.")


def _list(*, as_json: bool) -> None:
    if as_json:
        put_json([{"client": it.name, "label": it.label, "dialect": it.dialect} for it in CLIENTS])
        return
    sent = {True: "a token", False: "nothing: a key in the path"}
    put_table(COLUMNS, [(it.name, it.label, it.dialect, sent[it.sends_credential]) for it in CLIENTS])


def _test(client: Client, address: str, token: str | None) -> None:
    from llmanac.cli.backend.remote import RemoteClient  # noqa: PLC0415 -- lines are printed without a network

    server = RemoteClient(address, token=token, in_path=not client.sends_credential)
    say(f"It works: {client.label} is answered with {server.count_for(client):,} models.")


def _named(name: str) -> Client:
    """The client of this name. Raises NotFound, which names the nearest."""
    known = {it.name: it for it in CLIENTS}
    if name in known:
        return known[name]
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.7)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
    raise NotFound(f"There is no client {name[:64]!r}; {hint}")


def _token_of(chosen: Settings) -> str | None:
    return chosen.token.get_secret_value() if chosen.token else None
