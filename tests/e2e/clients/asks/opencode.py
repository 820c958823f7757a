"""Prints what opencode makes of api.json, or of a configuration alone: each model by its id."""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

QUESTION = json.load(sys.stdin)
SERVER = os.environ["SERVER"]
CONFIG = f"{SERVER}/api/v1/inference/configs/opencode?provider="
FLAGS = {"tool_call": "toolcall", "reasoning": "reasoning", "attachment": "attachment", "temperature": "temperature"}


def configuration():
    """The hosts of PROXIED in one configuration."""
    hosts = {}
    for host in QUESTION["proxied"]:
        with urllib.request.urlopen(f"{CONFIG}{host}", timeout=60) as reply:
            found = json.load(reply)
        hosts |= found["provider"]
    return {**found, "provider": hosts, "enabled_providers": [*hosts]}


with tempfile.TemporaryDirectory() as home:
    keys = dict.fromkeys(QUESTION["keys"], "a-key")
    environment = {**os.environ, **keys, "HOME": home}
    environment |= {name: f"{home}/{name}" for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    command = [os.environ["NODE_MODULES"] + "/opencode-linux-x64/bin/opencode", "models", "--verbose"]
    if QUESTION["is_configured"]:
        config = Path(home, "opencode.json")
        config.write_text(json.dumps(configuration()))
        environment |= {"OPENCODE_CONFIG": str(config), "OPENCODE_DISABLE_MODELS_FETCH": "1"}
    else:
        environment["OPENCODE_MODELS_URL"] = SERVER
        command.append("--refresh")
    # A file, and no pipe: it ends before a pipe has taken everything.
    with Path(home, "listed").open("w+b") as file:
        subprocess.run(command, env=environment, check=True, stdout=file)
        file.seek(0)
        listed = file.read().decode()


def told(it):
    cost, can = it["cost"], it["capabilities"]
    return {
        "input": cost["input"],
        "output": cost["output"],
        "unit": "million",
        "cache_read": cost["cache"]["read"],
        "tiers": [[tier["tier"]["size"], tier["input"], tier["output"]] for tier in cost.get("tiers") or ()],
        "context": it["limit"]["context"],
        "limit": it["limit"]["output"],
        "capabilities": [name for name, own in FLAGS.items() if can[own]],
        "media": sorted(name for name, there in can["input"].items() if there),
    }


parts = re.split(r"^(\S+/\S.*)\n(?=\{)", listed, flags=re.MULTILINE)[1:]
models = {name: told(json.loads(body)) for name, body in zip(parts[::2], parts[1::2], strict=True)}
print(json.dumps({"models": models}))
