"""The logos of hosts and labs: those that the build takes from npm, and a neutral one for all others.

``marks.json`` names the file of each host and lab, without its ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

NEUTRAL = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" fill="none" stroke="currentColor" stroke-width="2">'
    b'<circle cx="20" cy="20" r="14"/><path d="M13 20h14M20 13v14"/></svg>'
)
LABS = "labs/"
"""The folder of labs; hosts have none."""
ENDING = ".svg"
FOLDER = files(__name__)
VENDOR = "vendor"
"""The folder of the files that the build writes."""


@cache
def marks() -> Mapping[str, str]:
    """The name of the file of each host and lab that has one."""
    return msgspec.json.decode((FOLDER / "marks.json").read_bytes(), type=dict[str, str])


def logo(name: str) -> bytes:
    """The logo at ``{host}.svg`` or ``labs/{lab}.svg``, as SVG; NEUTRAL where there is none."""
    mark = marks().get(name.removeprefix(LABS).removesuffix(ENDING))
    return NEUTRAL if mark is None else _read(mark)


@cache
def _read(mark: str) -> bytes:
    try:
        return (FOLDER / VENDOR / f"{mark}{ENDING}").read_bytes()
    except FileNotFoundError:  # the package was built without npm
        return NEUTRAL
