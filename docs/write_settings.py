"""Writes settings.md from the table of settings: ``python docs/write_settings.py``."""

from __future__ import annotations

from pathlib import Path

from llmanac.settings import CONFIG_VARIABLE, PREFIX, Settings, SourceSettings

PAGE = Path(__file__).with_name("settings.md")

INTRODUCTION = f"""\
# Settings

A setting comes from, in this order: a flag of the command, a variable of the environment, the settings file, its
default. The file is TOML with the names in the first column; `{CONFIG_VARIABLE}` names it, else `llmanac.toml` in the
user's configuration directory is read where it exists (on Linux `~/.config/llmanac/llmanac.toml`).

Where a setting takes several values, a variable separates them by commas, and the file gives a list. A name that is not
in this table is an error, in the file and in the environment: a misspelt setting is never ignored.

| setting | variable | default | what it is |
| -- | -- | -- | -- |
"""


SOURCES = """
## Sources

Each source can be a local file, which is read in place of its address at each refresh; see [refresh](refresh.md).

| setting | variable | default | what it is |
| -- | -- | -- | -- |
"""


CONCLUSION = """
## Several workers

With `workers` above 1, that many processes serve one address, and one more supervises them. They share the address, the
database (so tokens, refreshes, history and the audit log), the key that signs browser sessions, and the catalog: each
edition, of today or of the past, is a file in `data_dir` that one process has built and all map into their memory. One
of them refreshes at a time. Where the disk is full or cannot be written to, each process that needs an edition builds
it in its own memory; the log says so.

Kept per worker, so that totals multiply by the number of workers:

- the counts behind `requests_per_minute`, `anonymous_requests_per_minute`, `failures_per_minute`, `max_connections` and
  `max_connections_per_address`;
- cached responses (`answer_cache_mib`), documents in [other formats](dialects.md), and decoded parts of the catalog;
- whether the printed sign-in link was used: it may work once at each worker;
- metrics: the first worker reports them on `metrics_port`, the second on the port after it, and so on (with 0, each on
  a free one).

## Very large catalogs

`largest_feed_mib` is for feeds beyond 128 MiB unpacked, from files and URLs alike; a catalog of a million entries has
one of about 500. The limits of a download's size and time follow from it, and so do the limits of the worker process
that decodes feeds: 20 MiB of memory and one second for each MiB above 128, on top of 768 MiB and two minutes. None of
these limits depends on the size of the previous feed. `data_dir` needs room for six editions, each about four times as
large as its feed.
"""


def page() -> str:
    """The whole page."""
    of_sources = SourceSettings.model_fields.keys()
    others = (name for name in Settings.model_fields if name not in of_sources)
    return INTRODUCTION + "".join(map(_row, others)) + SOURCES + "".join(map(_row, of_sources)) + CONCLUSION


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    return f"| `{name}` | `{PREFIX}{name.upper()}` | {_default(name)} | {field.description} |\n"


def _default(name: str) -> str:
    if name == "data_dir":
        return "the user's data directory (on Linux `~/.local/share/llmanac`)"
    default = Settings.model_fields[name].default
    return "" if default in (None, ()) else f"`{str(default).lower() if isinstance(default, bool) else default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
