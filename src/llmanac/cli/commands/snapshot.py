"""``llmanac snapshot``: shows what the catalog is made of, and builds the snapshot in the package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from llmanac import settings, standalone
from llmanac.cli.options.shared import AsJson
from llmanac.cli.options.source_files import Files, takes_files, takes_packaged_files
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put, put_json, say
from llmanac.domain.feed import LITELLM, MODELS_DEV
from llmanac.domain.records import Source
from llmanac.ingest import pipeline
from llmanac.ingest.decode.feed import read_feed
from llmanac.ingest.decode.sources import FILE_SETTINGS
from llmanac.ingest.merge.build import Build, SourceReport
from llmanac.ingest.packaged import seeds, snapshot
from llmanac.service.offers import past_offers

SHOWN_REJECTS = 20

COLUMNS = (
    TableColumn("SOURCE"),
    TableColumn("DATE"),
    TableColumn("RECORDS", is_number=True),
    TableColumn("REJECTS", is_number=True),
    TableColumn("SHA256"),
    TableColumn("ORIGIN", may_wrap=True),
)

app = typer.Typer(help="Look into the sources of the catalog; build a snapshot.", no_args_is_help=True)


@app.command(
    "build",
    help="Build a snapshot from feed files: one compressed file per feed, without prose, and a manifest. "
    "The same feeds give the same bytes.",
)
@takes_packaged_files
def build(
    files: Files,
    out: Annotated[Path, typer.Option(help="Directory to write to; created if missing.", file_okay=False)],
) -> None:
    named = {source: files[it.name] for source, it in FILE_SETTINGS.items()}
    paths = {source: path for source, path in named.items() if path is not None}
    built = snapshot.build_snapshot(read_feed(source, path) for source, path in paths.items())
    _write(built, out)


@app.command(
    "seeds",
    help="Build the older feeds that the package carries, as patches on its embedded snapshot, and a manifest. "
    "The same feeds give the same bytes.",
)
def build_seeds(
    out: Annotated[Path, typer.Option(help="Directory to write to; created if missing.", file_okay=False)],
    models_dev: Annotated[
        list[Path] | None, typer.Option(help="A dated models.dev api.json; repeatable.", exists=True, dir_okay=False)
    ] = None,
    litellm: Annotated[
        list[Path] | None,
        typer.Option("--litellm", help="A dated LiteLLM price map; repeatable.", exists=True, dir_okay=False),
    ] = None,
    lacks: Annotated[
        list[str] | None,
        typer.Option(metavar="DATE:FACT,…", help="Facts that the models.dev feed of a date does not have; repeatable."),
    ] = None,
) -> None:
    unknown_to = {date: tuple(facts.split(",")) for date, _, facts in (item.partition(":") for item in lacks or ())}
    feeds = [read_feed(MODELS_DEV, path) for path in models_dev or ()]
    dated = [seeds.Seed(feed, unknown_to.get(feed.ref.date, ())) for feed in feeds]
    dated += [seeds.Seed(read_feed(LITELLM, path)) for path in litellm or ()]
    _write(seeds.build_seeds(dated, snapshot.embedded_feeds()), out)


@app.command(
    "past",
    help="Build the table of all offers that the package's feeds list, by which ids that are gone are recognised. "
    "The same feeds give the same bytes.",
)
def build_past(
    out: Annotated[Path, typer.Option(help="Directory to write to; created if missing.", file_okay=False)],
) -> None:
    days = seeds.packaged_days()
    builds = (pipeline.build(seed.feed for seed in day.seeds.values()) for day in days)
    _write({past_offers.FILE: past_offers.build_past_offers(builds)}, out)


def _write(files: Mapping[str, bytes], out: Path) -> None:
    snapshot.write_snapshot(files, out)
    for name, content in files.items():
        say(f"{out / name}: {len(content):,} bytes")


@app.command(
    "show", help="Show what the catalog is made of: sources, counts, and all that was left out, with the reason."
)
@takes_files
def show(
    files: Files,
    everything: Annotated[
        bool, typer.Option("--all", help=f"List all rejects, not only {SHOWN_REJECTS} a source.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    chosen = settings.load(**files)
    built = standalone.build_catalog(chosen)
    if as_json:
        put_json(_described(built))
        return
    _put_summary(built)
    for report in built.reports:
        put(_report_text(report, most=None if everything else SHOWN_REJECTS))


def _described(built: Build) -> dict[str, Any]:
    catalog = built.catalog
    return {
        "digest": catalog.digest,
        "offers": len(catalog.offers),
        "models": len(catalog.models),
        "providers": len(catalog.providers),
        "featured": catalog.featured,
        "sources": [
            {
                **_source(report.source),
                "rejects": [asdict(reject) for reject in report.rejects],
                "unknown_keys": dict(report.unknown_keys),
            }
            for report in built.reports
        ],
    }


def _source(source: Source) -> dict[str, Any]:
    fields = asdict(source)
    return {**fields.pop("ref"), **fields}


def _put_summary(built: Build) -> None:
    catalog = built.catalog
    counts = f"{len(catalog.offers):,} offers of {len(catalog.models):,} models at {len(catalog.providers):,} providers"
    rows = [
        (it.ref.name, it.ref.date, f"{it.records:,}", f"{it.rejects:,}", it.ref.sha256[:16], it.ref.origin)
        for it in catalog.sources
    ]
    put(f"{counts}; digest {catalog.digest[:16]}\n")
    put_table(COLUMNS, rows)


def _report_text(report: SourceReport, *, most: int | None) -> str:
    lines = []
    if report.unknown_keys:
        keys = ", ".join(f"{key} ({count:,})" for key, count in sorted(report.unknown_keys.items()))
        lines.append(f"\n{report.source.ref.name}: keys that llmanac does not read: {keys}")
    if report.rejects:
        lines.append(f"\n{report.source.ref.name}: left out:")
        lines += [f"  {reject.where}: {reject.reason}" for reject in report.rejects[:most]]
        if most is not None and len(report.rejects) > most:
            lines.append(f"  and {len(report.rejects) - most:,} more: --all lists them")
    return "\n".join(lines)
