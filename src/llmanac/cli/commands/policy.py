"""``llmanac policy``: which models may be seen and called, by whom, and what waits for approval."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tomli_w
import typer

from llmanac import settings
from llmanac.cli.backend.client import Answer
from llmanac.cli.backend.declared_files import read_files
from llmanac.cli.backend.policies import PolicyClient, open_policies
from llmanac.cli.options.shared import AsJson, DataDir, Url
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put, put_json, say
from llmanac.errors import InvalidParameters, NotFound
from llmanac.rules.schema import POLICY_SCHEMA
from llmanac.service.rules.resources.followed_files import POLICY_FILES

MOST_EXAMPLES = 3
"""Models that are named of those that a rule hides."""

app = typer.Typer(
    help="Which models may be seen and called, by whom: plan and apply policies, approve new arrivals.",
    no_args_is_help=True,
)

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH…", exists=True, help="TOML or JSON files, or directories of such files.")
]
Name = Annotated[str, typer.Argument(help="The name of the policy.")]
COLUMNS = (
    TableColumn("POLICY"),
    TableColumn("DEFAULT"),
    TableColumn("RULES", is_number=True),
    TableColumn("NEW ARRIVALS"),
    TableColumn("GIVEN TO", may_wrap=True),
    TableColumn("FILE", is_extra=True),
)
REVIEW_COLUMNS = (TableColumn("ID"), TableColumn("SHOWN"), TableColumn("REASON", may_wrap=True))
ARRIVAL_COLUMNS = (TableColumn("FIRST SEEN"), TableColumn("ID"), TableColumn("NAME", may_wrap=True))


@app.command("list", help="List the policies, and whom each is given to.")
def list_(url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    answer = _client(url, data_dir).list()
    if as_json:
        put_json(answer)
        return
    if answer["trouble"]:
        say(f"The followed files cannot be read: {answer['trouble']} What was last read of them holds.")
    for name, reason in answer["unreadable"].items():
        say(f"The policy {name} cannot be read; only those who may mend it are shown anything: {reason}")
    put_table(COLUMNS, [_row(it["policy"], it["file"]) for it in answer["policies"]])


@app.command("plan", help="Show what the policies of files would show and hide, rule by rule. Nothing is kept.")
def plan(paths: Paths, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    client = _client(url, data_dir)
    answers = {it.name: client.preview(it) for it in read_files(paths, POLICY_FILES)}
    if as_json:
        put_json(answers)
        return
    for name, answer in answers.items():
        _put_plan(name, answer)


@app.command("review", help="See the catalog as the bearer of a token or of claims does, and why ids are hidden.")
def review(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Ids of models.")] = None,
    token: Annotated[str | None, typer.Option(help="The name of a token, or the id in its middle.")] = None,
    claim: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A claim of a JWT, repeatable.")] = None,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    answer = _client(url, data_dir).review(token, _claims(claim or ()), ids or ())
    if as_json:
        put_json(answer)
        return
    under = f"Under {', '.join(answer['policies'])}" if answer["policies"] else "Under no policy"
    put(f"{under}: {answer['visible']:,} of {answer['total']:,} models are shown.")
    for it in answer["removals"]:
        put(f"    {it['policy']}, {it['part']}: hides {it['removes']:,}")
    if answer["ids"]:
        words = {True: "yes", False: "no", None: "unknown"}
        put_table(REVIEW_COLUMNS, [(it["id"], words[it["is_shown"]], it["reason"] or "") for it in answer["ids"]])


@app.command("apply", help="Keep the policies of files, all of them or none, in place of those of their names.")
def apply(
    paths: Paths,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Delete the policies that the files do not have; those of followed files stay."),
    ] = False,
    allow_nothing: Annotated[
        bool, typer.Option("--allow-nothing", help="Also keep a policy that shows nothing at all.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    url: Url = None,
    data_dir: DataDir = None,
) -> None:
    client, policies = _client(url, data_dir), read_files(paths, POLICY_FILES)
    if not yes:
        for policy in policies:
            _put_plan(policy.name, client.preview(policy))
        typer.confirm("Apply?", abort=True, err=True)
    client.apply(policies, prune=prune, allow_nothing=allow_nothing)
    say(f"Kept: {len(policies)} polic{'y' if len(policies) == 1 else 'ies'}. In force within two seconds.")


@app.command("delete", help="Delete a policy that no live token names; its versions are kept.")
def delete(name: Name, url: Url = None, data_dir: DataDir = None) -> None:
    _client(url, data_dir).delete(name)
    say(f"The policy {name} is deleted.")


@app.command("export", help="Print policies as TOML, which `apply` takes back; all of them, or those named.")
def export(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", help="The names of policies.")] = None,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    known = {it["policy"]["name"]: it["policy"] for it in _client(url, data_dir).list()["policies"]}
    for name in names or ():
        if name not in known:
            raise NotFound(f"There is no policy named {name!r}.")
    document = {"policies": [known[name] for name in names or known]}
    if as_json:
        put_json(document)
    else:
        put(tomli_w.dumps(document).rstrip())


@app.command("check", help="Check files, without a database: exit 2 with every fault and its place.")
def check(paths: Paths) -> None:
    policies = read_files(paths, POLICY_FILES)
    rules = sum(len(it.rules) for it in policies)
    say(f"{len(policies)} polic{'y' if len(policies) == 1 else 'ies'} with {rules} rules: well written.")


@app.command("schema", help="Print the JSON Schema of such files, for editors.")
def schema() -> None:
    put(json.dumps(POLICY_SCHEMA, indent=2, ensure_ascii=False))


@app.command("arrivals", help="List new arrivals that wait for approval under a policy, the newest first.")
def arrivals(name: Name, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    answer = _client(url, data_dir).arrivals(name)
    if as_json:
        put_json(answer)
        return
    rows = [((it["first_seen"] or "just now")[:10], it["id"], it["name"] or "") for it in answer["arrivals"]]
    put_table(ARRIVAL_COLUMNS, rows)
    if answer["total"] > len(rows):
        say(f"The first {len(rows):,} of {answer['total']:,}.")


@app.command("approve", help="Let new arrivals in under a policy.")
def approve(
    name: Name,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Ids of models that wait.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Let in all that wait.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept.", show_default="none")] = None,
    url: Url = None,
    data_dir: DataDir = None,
) -> None:
    if bool(ids) is everything:
        raise InvalidParameters("Give the ids of models that wait, or --all.")
    _client(url, data_dir).approve(name, ids or (), reason)
    say(f"Approved under {name}: {', '.join(ids) if ids else 'all that waited'}.")


@app.command("withdraw", help="Take back approvals under a policy.")
def withdraw(
    name: Name,
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of approved models.")],
    url: Url = None,
    data_dir: DataDir = None,
) -> None:
    _client(url, data_dir).withdraw(name, ids)
    say(f"No longer approved under {name}: {', '.join(ids)}.")


def _client(url: str | None, data_dir: Path | None) -> PolicyClient:
    return open_policies(settings.load(url=url, data_dir=data_dir))


def _claims(texts: Sequence[str]) -> dict[str, list[str]]:
    """The values of claims by name. Raises InvalidParameters for what is no ``NAME=VALUE``."""
    claims: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise InvalidParameters(f"--claim {text!r}: a claim is written NAME=VALUE, as in groups=finance.")
        claims.setdefault(name, []).append(value)
    return claims


def _row(policy: Answer, file: str | None) -> tuple[str, ...]:
    return (
        policy["name"],
        policy.get("default", "allow"),
        str(len(policy.get("rules", ()))),
        policy.get("new_arrivals", "allow"),
        _given_to(policy.get("given_to", {})),
        file or "",
    )


def _given_to(given: Answer) -> str:
    claims = [f"{name}={value}" for name, values in given.get("claims", {}).items() for value in values]
    return ", ".join([*(["everyone"] if given.get("everyone") else []), *claims]) or "tokens that name it"


def _put_plan(name: str, answer: Answer) -> None:
    put(f"{name}: {answer['visible']:,} of {answer['total']:,} offers are shown.")
    for it in answer["rules"]:
        hides = f", hides {it['removes']:,}" if it["effect"] == "deny" else ""
        put(f"    rule {it['rule']} ({it['effect']}) is about {it['matched']:,}{hides}{_some(it['examples'])}")
    if answer["removed_by_default"]:
        put(f"    the default hides {answer['removed_by_default']:,}")
    if answer["waiting"]:
        put(f"    {answer['waiting']:,} new arrivals wait for approval")
    for mark, key in (("+", "shown_newly"), ("-", "hidden_newly")):
        for id_ in answer[key]:
            put(f"    {mark} {id_}")
    for warning in answer["warnings"]:
        say(f"Warning: {warning}")


def _some(examples: Sequence[str]) -> str:
    return f": {', '.join(examples[:MOST_EXAMPLES])}{' …' if len(examples) > MOST_EXAMPLES else ''}" if examples else ""
