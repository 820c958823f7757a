"""The build hook: what the pages take from npm goes into the package, from a lock file.

It is fetched with ``npm ci``, never by running a script of theirs, and copied to ``VENDORS``, which git ignores.
Without Node the build goes on and says so; the API needs none of it, and the pages work without their scripts.
``BUILD_ASSETS=required`` makes it fail instead: releases and CI say that. ``BUILD_ASSETS=none`` fetches nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path("src/llmanac")
VENDORS = ("http/api/static/vendor", "pages/static/vendor", "dialects/logos/vendor")
"""Folders in ``PACKAGE`` that hold nothing else, one for each room that serves assets."""
STAMP = "http/api/static/vendor/package-lock.sha256"
"""The lock that the files in ``VENDORS`` are from, so that a second build needs no network."""
MARKS = "dialects/logos/marks.json"
"""The logo of each host and lab that has one, by the name of its file."""
ICONS = "@lobehub/icons-static-svg"

ASSETS = {
    "swagger-ui-dist/swagger-ui.css": "http/api/static/vendor/swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js": "http/api/static/vendor/swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt": "http/api/static/vendor/swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui-dist/LICENSE": "http/api/static/vendor/swagger-ui.LICENSE.txt",
    "swagger-ui-dist/NOTICE": "http/api/static/vendor/swagger-ui.NOTICE.txt",
    "htmx.org/dist/htmx.min.js": "pages/static/vendor/htmx.js",
    "htmx.org/LICENSE": "pages/static/vendor/htmx.LICENSE.txt",
    "uplot/dist/uPlot.iife.min.js": "pages/static/vendor/uplot.js",
    "uplot/dist/uPlot.min.css": "pages/static/vendor/uplot.css",
    "uplot/LICENSE": "pages/static/vendor/uplot.LICENSE.txt",
}
"""A file in ``web/node_modules``, and its place in ``PACKAGE``."""


class AssetError(Exception):
    """The assets could not be fetched; the message says why, and what to do."""


class AssetHook(BuildHookInterface[Any]):
    """Runs before hatchling collects the files of a wheel, editable or not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling's signature
        """Bring ``VENDORS`` up to date with ``web/package-lock.json``."""
        wanted = os.environ.get("BUILD_ASSETS")
        if self.target_name != "wheel" or wanted == "none":
            return
        try:
            bring_up_to_date(Path(self.root))
        except AssetError as error:
            if wanted == "required":
                raise
            self.app.display_warning(f"llmanac is built without the files that /docs and live pages need: {error}")


def bring_up_to_date(root: Path) -> None:
    """Fetch the assets unless those of this very lock are there already; raises AssetError."""
    web, package = root / "web", root / PACKAGE
    stamp = package / STAMP
    lock = hashlib.sha256((web / "package-lock.json").read_bytes() + (package / MARKS).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii").strip() == lock:
        return

    fetch(web)
    for vendor in VENDORS:
        shutil.rmtree(package / vendor, ignore_errors=True)
        (package / vendor).mkdir(parents=True)
    for source, target in (ASSETS | logos(package)).items():
        shutil.copyfile(web / "node_modules" / source, package / target)
    stamp.write_text(f"{lock}\n", encoding="ascii")


def logos(package: Path) -> dict[str, str]:
    """The files of all logos, as in ``ASSETS``."""
    marks = json.loads((package / MARKS).read_bytes())
    return {f"{ICONS}/icons/{mark}.svg": f"dialects/logos/vendor/{mark}.svg" for mark in sorted({*marks.values()})}


def fetch(web: Path) -> None:
    """Install what ``web/package-lock.json`` names into ``web/node_modules``; raises AssetError."""
    npm = shutil.which("npm")
    if npm is None:
        raise AssetError("npm was not found; install Node 20 or newer and build again")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=web, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssetError(f"npm ci failed: {done.stderr.strip()[-500:]}")
