"""The root of the command line: one module per command, listed here, and imported when it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from llmanac.cli.options.lazy_group import CommandEntry, LazyGroup
from llmanac.cli.output.terminal import errors_explained, put
from llmanac.version import __version__

EPILOG = (
    "Exit codes: 0 done, 1 failed or findings, 2 wrong usage or settings, 3 not found, 4 not allowed, 5 conflict, "
    "6 limited, 7 unreachable. "
    "Data goes to standard output, everything else to standard error. "
    "Each setting is also a variable LLMANAC_<NAME> and a line in llmanac.toml: see docs/settings.md."
)

COMMANDS = (
    CommandEntry("search", "llmanac.cli.commands.search", "Find models by words and filters."),
    CommandEntry("show", "llmanac.cli.commands.show", "Show everything known of one model."),
    CommandEntry("compare", "llmanac.cli.commands.compare", "Put two to six models side by side."),
    CommandEntry(
        "estimate",
        "llmanac.cli.commands.estimate",
        "Work out what a workload costs, with one model or with all, the cheapest first.",
    ),
    CommandEntry(
        "alternatives", "llmanac.cli.commands.alternatives", "List what could take a model's place, and at what cost."
    ),
    CommandEntry(
        "price", "llmanac.cli.commands.price", "Work out what was used, from logs, each request as of when it was made."
    ),
    CommandEntry("providers", "llmanac.cli.commands.providers", "List the hosts of models, and which keys they take."),
    CommandEntry("export", "llmanac.cli.commands.export", "Write all models that match as JSON or CSV."),
    CommandEntry(
        "connect",
        "llmanac.cli.commands.connect",
        "Point the tools that you have at a server, and check that it works.",
    ),
    CommandEntry("changes", "llmanac.cli.commands.changes", "List what changed in the catalog, and when."),
    CommandEntry(
        "conflicts", "llmanac.cli.commands.conflicts", "List where the sources disagree, and which figure is served."
    ),
    CommandEntry(
        "check",
        "llmanac.cli.check.check",
        "Find model ids in files that are retired, soon retired, not approved, unpriced or unknown.",
    ),
    CommandEntry(
        "serve",
        "llmanac.cli.commands.serve",
        "Serve the catalog over HTTP, from the embedded snapshot or from feed files.",
    ),
    CommandEntry("mcp", "llmanac.cli.commands.mcp", "Offer the catalog to an agent as tools, by MCP on stdio."),
    CommandEntry(
        "refresh", "llmanac.cli.commands.refresh", "Ask the sources for something newer; see what came of it."
    ),
    CommandEntry(
        "overlay",
        "llmanac.cli.commands.overlay",
        "Plan, apply and export what the organisation states itself: prices, approvals, models of its own.",
    ),
    CommandEntry(
        "policy",
        "llmanac.cli.commands.policy",
        "Say which models may be seen and called, by whom; approve new arrivals.",
    ),
    CommandEntry("token", "llmanac.cli.commands.token", "Create, list and revoke tokens."),
    CommandEntry(
        "snapshot", "llmanac.cli.commands.snapshot", "Look into the sources of the catalog; build a snapshot."
    ),
    CommandEntry(
        "doctor", "llmanac.cli.commands.doctor", "Check this installation: settings, database, sources, pages."
    ),
)
"""The commands in the order of the help. A new one is a module with its typer ``app``, and a line here."""


class Commands(LazyGroup):
    """The group of all commands."""

    entries = COMMANDS


app = typer.Typer(
    name="llmanac",
    cls=Commands,
    help="A self-hosted catalog of LLM models: which are there, what can they do, what do they cost?",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        put(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Options of the command as a whole."""


def main() -> None:
    """Run the command line; an LlmanacError ends it with a line on standard error and an exit code."""
    with errors_explained():
        app()
