"""``llmanac token``: creates, lists and revokes tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from llmanac import bootstrap, database, settings
from llmanac.auth.scope import Scope
from llmanac.auth.token_record import TokenRecord
from llmanac.cli.options.shared import AsJson, DataDir
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put, put_json, say
from llmanac.clock import system_clock
from llmanac.paths import KEY_PREFIX
from llmanac.service.access.tokens import Tokens
from llmanac.settings import Settings

Result = TypeVar("Result")

COLUMNS = (
    TableColumn("ID"),
    TableColumn("NAME", may_wrap=True),
    TableColumn("STATUS"),
    TableColumn("SCOPES", may_wrap=True),
    TableColumn("POLICIES", may_wrap=True, is_extra=True),
    TableColumn("CREATED", is_extra=True),
    TableColumn("EXPIRES"),
    TableColumn("IN PATHS", is_extra=True),
)

app = typer.Typer(help="Create, list and revoke tokens.", no_args_is_help=True)


@app.command("create", help="Create a token, and print it, alone, on standard output: it cannot be shown again.")
def create(
    name: Annotated[str, typer.Option(help="What the token is for; no other live token may have the name.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(help=f"What it may do, repeatable: {', '.join(Scope)}.", show_default=Scope.CATALOG_READ.value),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            help="A policy that it is under, repeatable: it sees what each of them allows.", show_default="none"
        ),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="A span such as 30d or 12h, or the last day.", show_default="never")
    ] = None,
    in_path: Annotated[
        bool,
        typer.Option(
            "--in-path",
            help=f"A key in paths, {KEY_PREFIX}<token>/…, for clients that send no credential; good for nothing else.",
        ),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    chosen = settings.load(data_dir=data_dir)
    made = _with_tokens(
        chosen,
        lambda tokens: tokens.create(name, scopes=scope or (), policies=policy or (), expires=expires, in_path=in_path),
    )
    until = f"until {made.record.expires_at:%Y-%m-%d %H:%M} UTC" if made.record.expires_at else "without end"
    under = f", under {', '.join(made.record.policies)}" if made.record.policies else ""
    say(f"Token {made.record.name!r} ({made.record.id}): {', '.join(sorted(made.record.scopes))}{under}, {until}.")
    if in_path:
        say(f"Whoever sees an address with it can read the catalog. Addresses begin with {KEY_PREFIX}<token>/")
    put(made.text)


@app.command("list", help="List every token, revoked and expired ones too, without its secret.")
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    records = _with_tokens(_installation(data_dir), lambda tokens: tokens.all())
    now = system_clock()
    if as_json:
        put_json([_described(record, now) for record in records])
        return
    rows = [tuple(map(_cell, _described(record, now).values())) for record in records]
    put_table(COLUMNS, rows)


@app.command("revoke", help="Revoke a token for good; it stops working everywhere within five seconds.")
def revoke(
    token: Annotated[str, typer.Argument(metavar="ID|NAME", help="The token's id or name.")], data_dir: DataDir = None
) -> None:
    record = _with_tokens(_installation(data_dir), lambda tokens: tokens.revoke(token))
    say(f"Token {record.name!r} ({record.id}) is revoked.")


def _installation(data_dir: Path | None) -> Settings:
    """The settings of an installation that has a database, since opening one creates it. Raises NotFound."""
    chosen = settings.load(data_dir=data_dir)
    database.require_database(chosen, "there are no tokens. `llmanac token create --name NAME` makes the first.")
    return chosen


def _with_tokens(chosen: Settings, job: Callable[[Tokens], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        async with bootstrap.open_tokens(chosen) as tokens:
            return await job(tokens)

    return asyncio.run(run())


def _described(record: TokenRecord, now: datetime) -> dict[str, Any]:
    return {
        "id": record.id,
        "name": record.name,
        "status": record.status(now).value,
        "scopes": sorted(record.scopes),
        "policies": list(record.policies),
        "created_at": record.created_at,
        "expires_at": record.expires_at,
        "in_path": record.in_path,
    }


def _cell(value: Any) -> str:
    match value:
        case None:
            return "never"
        case bool():
            return "yes" if value else ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case list():
            return ",".join(value)
        case _:
            return str(value)
