"""``llmanac providers``: lists the hosts of models."""

from __future__ import annotations

from typing import Annotated

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import CatalogClient
from llmanac.cli.options.shared import AsJson
from llmanac.cli.output.tables import UNKNOWN, TableColumn, put_table
from llmanac.cli.output.terminal import put_json
from llmanac.errors import NotFound

COLUMNS = (
    TableColumn("ID"),
    TableColumn("NAME", may_wrap=True, is_extra=True),
    TableColumn("OFFERS", is_number=True),
    TableColumn("MODELS", is_number=True),
    TableColumn("LITELLM", is_extra=True),
    TableColumn("KEYS", may_wrap=True, is_extra=True),
    TableColumn("API", may_wrap=True, is_extra=True),
)

app = typer.Typer()


@app.command()
@asks
def providers(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="PROVIDER", help="Only these, by id or LiteLLM prefix.")
    ] = None,
    as_json: AsJson = False,
    *,
    client: CatalogClient,
) -> None:
    answer = client.providers()
    if names:
        wanted = {name.lower() for name in names}
        chosen = [it for it in answer["providers"] if {it["id"].lower(), (it["litellm_prefix"] or "").lower()} & wanted]
        if not chosen:
            raise NotFound(f"There is no provider {' or '.join(names)}.")
        answer = {"providers": chosen, "total": len(chosen)}
    if as_json:
        put_json(answer)
        return
    put_table(
        COLUMNS,
        [
            (
                it["id"],
                it["name"] or UNKNOWN,
                f"{it['offers']:,}",
                f"{it['models']:,}",
                it["litellm_prefix"] or UNKNOWN,
                " ".join(it["env"]) or UNKNOWN,
                it["api"] or UNKNOWN,
            )
            for it in answer["providers"]
        ],
    )
