"""``llmanac conflicts``: where the sources disagree."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from llmanac import settings
from llmanac.cli.backend.client import Answer
from llmanac.cli.options.shared import AsJson, DataDir, LiteLLMFile, ModelsDevFile, Url
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put_json, say
from llmanac.ingest.conflicts.causes import Cause
from llmanac.settings import Settings

COLUMNS = (
    TableColumn("ID", may_wrap=True),
    TableColumn("FIELD"),
    TableColumn("MODELS.DEV", is_number=True),
    TableColumn("LITELLM", is_number=True),
    TableColumn("RATIO", is_number=True),
    TableColumn("LIKELY CAUSE"),
)


def conflicts(
    provider: Annotated[str | None, typer.Option(help="Only this host's.")] = None,
    model: Annotated[str | None, typer.Option("--id", help="Only this model's, in either spelling.")] = None,
    base: Annotated[str | None, typer.Option(help="Only this base model's, at all hosts.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="Only these fields, such as input; repeatable.")] = None,
    cause: Annotated[list[Cause] | None, typer.Option(help="Only these causes; repeatable.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 100,
    offset: Annotated[int, typer.Option(min=0, help="How many to skip.")] = 0,
    url: Url = None,
    models_dev: ModelsDevFile = None,
    litellm: LiteLLMFile = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    chosen = settings.load(url=url, models_dev=models_dev, litellm=litellm, data_dir=data_dir)
    asked: dict[str, Any] = {
        "provider": provider,
        "id": model,
        "base": base,
        "field": field or [],
        "cause": [it.value for it in cause or ()],
    }
    given = {name: value for name, value in asked.items() if value} | {"limit": limit, "offset": offset}
    answer = _answer(chosen, given)
    if as_json:
        put_json(answer)
        return
    put_table(COLUMNS, [_row(it) for it in answer["conflicts"]])
    causes = ", ".join(f"{name} {count:,}" for name, count in answer["causes"].items())
    say(f"{len(answer['conflicts']):,} of {answer['total']:,}; {causes}" if causes else "The sources agree.")


def _answer(chosen: Settings, asked: dict[str, Any]) -> Answer:
    if chosen.url is not None:
        from llmanac.cli.backend.remote import RemoteClient  # noqa: PLC0415 -- only one of the two is needed

        return RemoteClient(chosen.url, token=chosen.token.get_secret_value() if chosen.token else None).conflicts(
            asked
        )
    return _own(chosen, asked)


def _own(chosen: Settings, asked: dict[str, Any]) -> Answer:
    from llmanac import standalone  # noqa: PLC0415 -- only one of the two is needed
    from llmanac.service.details.conflicts import ConflictFilter, described, select  # noqa: PLC0415 -- only one of the two is needed

    edition = standalone.open_edition(chosen)
    wanted = ConflictFilter(
        provider=asked.get("provider"),
        id=asked.get("id"),
        base=asked.get("base"),
        fields=tuple(asked.get("field", ())),
        causes=tuple(map(Cause, asked.get("cause", ()))),
    )
    found = select(edition, wanted)
    shown = found[asked["offset"] : asked["offset"] + asked["limit"]]
    causes = Counter(it.cause.value for it in found)
    return {
        "conflicts": [described(it, edition) for it in shown],
        "total": len(found),
        "causes": {cause.value: causes[cause.value] for cause in Cause if cause.value in causes},
    }


def _row(conflict: Answer) -> tuple[str, ...]:
    ratio = conflict["ratio"]
    return (
        conflict["id"],
        conflict["field"],
        f"{conflict['models_dev']['value']:,}",
        f"{conflict['litellm']['value']:,}",
        "" if ratio is None else f"{ratio:g}",
        conflict["cause"],
    )
