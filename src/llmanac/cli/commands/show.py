"""``llmanac show``: shows everything known of one model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.options.shared import AsJson
from llmanac.cli.output.tables import UNKNOWN, TableColumn, price, put_table, size
from llmanac.cli.output.terminal import put, put_json, say
from llmanac.domain.feed import LITELLM
from llmanac.domain.own_facts import OVERLAYS
from llmanac.history.wording import value_text
from llmanac.ingest.decode.sources import source_label
from llmanac.ingest.merge.conflicts.last_word import ServedRule

OFFERS = (
    TableColumn("ID", may_wrap=True),
    TableColumn("IN $/M", is_number=True),
    TableColumn("OUT $/M", is_number=True),
    TableColumn("CONTEXT", is_number=True),
    TableColumn("LITELLM", may_wrap=True, is_extra=True),
)
FACTS = (TableColumn("FACT"), TableColumn("VALUE", may_wrap=True))
OVERLAID = (
    TableColumn("OURS"),
    TableColumn("VALUE", may_wrap=True),
    TableColumn("OTHERWISE", may_wrap=True),
    TableColumn("REASON", may_wrap=True),
    TableColumn("BY", may_wrap=True, is_extra=True),
)
LISTED_BY = {LITELLM: "LiteLLM alone", OVERLAYS: "the organisation's overlays alone"}
"""The words for the source that lists a model, where models.dev does not."""
SHOWN_OFFERS = 15

app = typer.Typer()


@app.command()
@asks
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="An id as models.dev or LiteLLM spell it.")],
    everywhere: Annotated[
        bool, typer.Option("--all", help=f"List all hosts of the model, not only the {SHOWN_OFFERS} cheapest.")
    ] = False,
    as_json: AsJson = False,
    *,
    client: CatalogClient,
) -> None:
    known = client.show(id_)
    if as_json:
        put_json(known)
        return
    put_table(FACTS, [(name, text) for name, text in _facts(known) if text])
    _put_overlaid(known)
    _put_offers(known, most=None if everywhere else SHOWN_OFFERS)
    for conflict in known["conflicts"]:
        if conflict["served_rule"] == ServedRule.OVERLAY:  # the table of what is overlaid has it
            continue
        is_decided = conflict["served_rule"] != ServedRule.ORDER
        say(f"The sources disagree on {conflict['field']}: {conflict['rule'] if is_decided else 'see --json.'}")


def _facts(known: Answer) -> Iterator[tuple[str, str]]:
    """The facts of a model by label, the most important first; empty where unknown."""
    host, litellm = known.get("host") or {}, known.get("litellm") or {}
    yield "id", known["id"]
    yield "name", known["name"] or ""
    yield "host", host.get("name") or known["provider"]
    yield "made by", known.get("lab") or ""
    yield "kind", known.get("kind") or ""
    yield "listed by", LISTED_BY.get(known.get("listed_by") or "", "")
    yield "read as", _reading(known)
    yield "also named so", ", ".join(known.get("alternatives") or ())
    yield "status", known["status"] or ""
    yield from _dates(known.get("lifecycle") or {})
    yield "successor", ". ".join(filter(None, (known.get("successor"), known.get("successor_note"))))
    yield "released", known["release_date"] or ""
    yield "knowledge until", known["knowledge"] or ""
    yield "licence", known.get("licence") or ""
    yield "weights", " ".join(link["url"] for link in known.get("weights") or ())
    yield "open weights", {True: "yes", False: "no", None: ""}[known["open_weights"]]
    yield "context", size(known["limits"]["context"]) if known["limits"] else ""
    yield "output at most", size(known["limits"]["output"]) if known["limits"] else ""
    yield "takes, gives", _media(known["modalities"] or {})
    yield "capabilities", ", ".join(known["capabilities"])
    yield "price, USD/M", _rates(known["price"])
    for tier in known["price"].get("tiers") or ():
        yield f"  above {size(tier['above'])}", _rates(tier)
    for service in known["price"].get("services") or ():
        yield f"  {service['name']}", _rates(service)
    yield "LiteLLM", _call(litellm)
    yield "keys", " or ".join(host.get("env") or ())
    yield "documentation", host.get("doc") or ""
    for link in known.get("links") or ():
        yield link["label"].lower(), link["url"]
    for benchmark in known.get("benchmarks") or ():
        yield _benchmark(benchmark)


def _dates(lifecycle: Answer) -> Iterator[tuple[str, str]]:
    """The dates of a model that ends, each with whose it is."""
    labels = {"deprecated_on": "deprecated since", "retires_on": "last day", "retires_not_before": "stays until"}
    for name, label in labels.items():
        if stated := lifecycle.get(name):
            until = f" until {stated['last_stated']}" if stated["last_stated"] else ""
            yield label, f"{stated['date']}, by {source_label(stated['source'])}{until}"


def _media(modalities: Answer) -> str:
    """The media that a model takes and gives; empty where both are unknown."""
    ways = [", ".join(modalities.get(way, ())) for way in ("input", "output")]
    return " → ".join(ways) if any(ways) else ""


def _reading(known: Answer) -> str:
    """The reading of the id, where it was not the id itself."""
    reading, read_as = known.get("reading") or {}, known.get("read_as")
    forms = "".join(f", without {form}" for form in reading.get("forms") or ())
    return f"{read_as}{forms}" if read_as and (forms or read_as != "models.dev") else ""


def _benchmark(benchmark: Answer) -> tuple[str, str]:
    variant = f" ({benchmark['variant']})" if benchmark["variant"] else ""
    return f"{benchmark['name']}{variant}", f"{benchmark['score']:g} {benchmark['metric'] or ''}".rstrip()


def _rates(block: Answer) -> str:
    """The rates of a price, tier or service as text; the state of the price where there are none."""
    rates = [f"{name.replace('_', ' ')} {price(rate)}" for name, rate in block.items() if _is_rate(name, rate)]
    state = block.get("state", "known")
    return ", ".join(rates) if state == "known" and rates else str(state).replace("_", " ")


def _is_rate(name: str, value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and name != "above"


def _call(litellm: Answer) -> str:
    if not litellm:
        return ""
    base = f", with api_base {litellm['api_base']}" if litellm.get("api_base") else ""
    return f"{litellm['id']}{base}{'' if litellm['known'] else ' (not in its price map)'}"


def _put_overlaid(known: Answer) -> None:
    """Print what the organisation's overlays state; an older server says nothing of them."""
    overlaid: dict[str, Answer] = known.get("overlaid") or {}
    if not overlaid:
        return
    put("")
    put_table(
        OVERLAID,
        [
            (
                name.replace("_", " "),
                _told(it["value"]),
                _told(it["upstream"]),
                it["stated_by"]["reason"],
                f"{it['stated_by']['author']}, rule {it['stated_by']['rule']} of {it['stated_by']['overlay']}",
            )
            for name, it in overlaid.items()
        ],
    )


def _told(value: Any) -> str:
    """A value as text; one that consists of many figures is told by --json alone."""
    return (
        "see --json"
        if isinstance(value, list | dict) and any(isinstance(it, dict) for it in value)
        else value_text(value)
    )


def _put_offers(known: Answer, *, most: int | None) -> None:
    """Print the offers of the model at other hosts, the cheapest first, at most ``most``."""
    offers = sorted(
        known["offers"], key=lambda it: (it["output"] is None, it["output"] or 0, it["input"] or 0, it["id"])
    )
    if not offers:
        return
    put("")
    put_table(
        OFFERS,
        [
            (
                f"{it['id']} ({it['status']})" if it["status"] else it["id"],
                price(it["input"]) if it["price_state"] in ("known", "free") else it["price_state"].replace("_", " "),
                price(it["output"]),
                size(it["context"]),
                it["litellm_id"] or UNKNOWN,
            )
            for it in offers[:most]
        ],
    )
    if most is not None and len(offers) > most:
        say(f"{most} of {len(offers)} other hosts; --all lists them.")
