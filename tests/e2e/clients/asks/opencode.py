"""Prints what opencode makes of api.json: each model of the hosts in HOSTS_ENV by its id."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

QUESTION = json.load(sys.stdin)
FLAGS = {"tool_call": "toolcall", "reasoning": "reasoning", "attachment": "attachment", "temperature": "temperature"}

with tempfile.TemporaryDirectory() as home:
    keys = dict.fromkeys(QUESTION["keys"], "a-key")
    environment = {**os.environ, **keys, "HOME": home, "OPENCODE_MODELS_URL": os.environ["SERVER"]}
    environment |= {name: f"{home}/{name}" for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    command = [os.environ["NODE_MODULES"] + "/opencode-linux-x64/bin/opencode", "models", "--refresh", "--verbose"]
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
