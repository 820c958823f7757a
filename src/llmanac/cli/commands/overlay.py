"""``llmanac overlay``: what the organisation states itself, from files of version control or as it is now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import tomli_w
import typer

from llmanac import settings
from llmanac.cli.backend.client import Answer
from llmanac.cli.backend.declared_files import read_files
from llmanac.cli.backend.overlays import OverlayClient, open_overlays
from llmanac.cli.options.shared import AsJson, DataDir, Url
from llmanac.cli.output.overlays import notable_states
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put, put_json, say
from llmanac.errors import NotFound
from llmanac.history.wording import value_text
from llmanac.rules.schema import OVERLAY_SCHEMA
from llmanac.service.rules.resources.followed_files import OVERLAY_FILES

CHANGED = 2
"""The exit code of a plan that would change something, where that is asked for."""

app = typer.Typer(help="What the organisation states itself: plan, apply and export overlays.", no_args_is_help=True)

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH…", exists=True, help="TOML or JSON files, or directories of such files.")
]
Prune = Annotated[
    bool, typer.Option("--prune", help="Delete the overlays that the files do not have; those of followed files stay.")
]
COLUMNS = (
    TableColumn("OVERLAY"),
    TableColumn("RULE", is_number=True),
    TableColumn("OFFERS", is_number=True),
    TableColumn("STATE", may_wrap=True),
    TableColumn("REASON", may_wrap=True),
)


@app.command("list", help="List the overlays, from the lowest to the highest, and what becomes of each rule.")
def list_(url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    answer = _client(url, data_dir).list()
    if as_json:
        put_json(answer)
        return
    if answer["trouble"]:
        say(f"The followed files cannot be read: {answer['trouble']} What was last read of them holds.")
    for name, reason in answer["unreadable"].items():
        say(f"The overlay {name} cannot be read, and nothing of it is in force: {reason}")
    rows = [
        (it["overlay"]["name"], str(rule["rule"]), _count(rule["matched"]), _state(rule), rule["reason"])
        for it in answer["overlays"]
        for rule in it["rules"]
    ]
    put_table(COLUMNS, rows)


@app.command("plan", help="Show what the overlays of files would change, field by field. Nothing is kept.")
def plan(
    paths: Paths,
    prune: Prune = False,
    limit: Annotated[int, typer.Option(min=0, max=1000, help="Maximum number of models to show.")] = 20,
    detailed_exit_code: Annotated[
        bool, typer.Option("--detailed-exit-code", help=f"Exit with {CHANGED} where something would change.")
    ] = False,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    answer = _client(url, data_dir).plan(read_files(paths, OVERLAY_FILES), without=(), prune=prune, limit=limit)
    if as_json:
        put_json(answer)
    else:
        _put_plan(answer)
    if detailed_exit_code and answer["changed"]:
        raise typer.Exit(CHANGED)


@app.command("apply", help="Keep the overlays of files, all of them or none, in place of those of their names.")
def apply(
    paths: Paths,
    prune: Prune = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    url: Url = None,
    data_dir: DataDir = None,
) -> None:
    client, overlays = _client(url, data_dir), read_files(paths, OVERLAY_FILES)
    if not yes:
        _put_plan(client.plan(overlays, without=(), prune=prune, limit=20))
        typer.confirm("Apply?", abort=True, err=True)
    client.apply(overlays, prune=prune)
    say(f"Kept: {_counted(len(overlays), 'overlay')}. A server on this database serves that within two seconds.")


@app.command("delete", help="Delete an overlay; its versions are kept.")
def delete(
    name: Annotated[str, typer.Argument(help="The name of the overlay.")], url: Url = None, data_dir: DataDir = None
) -> None:
    _client(url, data_dir).delete(name)
    say(f"The overlay {name} is deleted.")


@app.command("export", help="Print overlays as TOML, which `apply` takes back; all of them, or those named.")
def export(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", help="The names of overlays.")] = None,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    known = {it["overlay"]["name"]: it["overlay"] for it in _client(url, data_dir).list()["overlays"]}
    for name in names or ():
        if name not in known:
            raise NotFound(f"There is no overlay named {name!r}.")
    document = {"overlays": [known[name] for name in names or known]}
    if as_json:
        put_json(document)
    else:
        put(tomli_w.dumps(document).rstrip())


@app.command("check", help="Check files, without a database: exit 2 with every fault and its place.")
def check(paths: Paths) -> None:
    overlays = read_files(paths, OVERLAY_FILES)
    rules = sum(len(it.rules) for it in overlays)
    say(f"{_counted(len(overlays), 'overlay')} with {_counted(rules, 'rule')}: well written.")


@app.command("schema", help="Print the JSON Schema of such files, for editors.")
def schema() -> None:
    put(json.dumps(OVERLAY_SCHEMA, indent=2, ensure_ascii=False))


def _client(url: str | None, data_dir: Path | None) -> OverlayClient:
    return open_overlays(settings.load(url=url, data_dir=data_dir))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _count(matched: int | None) -> str:
    return "" if matched is None else str(matched)


def _state(rule: Answer) -> str:
    """The state of a rule in words."""
    return ", ".join([str(rule["validity"]).replace("_", " "), *notable_states(rule)])


def _put_plan(answer: Answer) -> None:
    for offer in answer["offers"]:
        mark = {"added": "+", "removed": "-"}.get(offer["kind"], "~")
        put(f"{mark} {offer['id']}")
        for line in _fact_lines(offer["facts"]):
            put(f"    {line}")
    more = answer["changed"] - len(answer["offers"])
    if more > 0:
        put(f"… and {more} more")
    changed = answer["changed"] - answer["added"] - answer["removed"]
    put(f"{answer['added']} to add, {changed} to change, {answer['removed']} to remove.")
    for warning in answer["warnings"]:
        say(f"Warning: {warning}")


def _fact_lines(facts: Any) -> Iterator[str]:
    for fact in facts:
        rule = f"  ({fact['overlay']}/{fact['rule']})" if fact["overlay"] else ""
        upstream = f", upstream {value_text(fact['upstream'])}" if fact["upstream"] not in (fact["now"], None) else ""
        yield f"{fact['fact']}: {value_text(fact['now'])} → {value_text(fact['then'])}{upstream}{rule}"
