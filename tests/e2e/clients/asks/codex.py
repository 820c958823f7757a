"""Prints what Codex makes of its catalog: each model by its slug."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

CONFIG = """
model_provider = "catalog"
model = "anthropic/claude-sonnet-5"
[features]
api_key_model_discovery = true
[model_providers.catalog]
name = "catalog"
base_url = "{server}/v1"
model_catalog_url = "{server}/v1/models"
wire_api = "responses"
env_key = "TOKEN"
"""
with tempfile.TemporaryDirectory() as home:
    Path(home, "config.toml").write_text(CONFIG.format(server=os.environ["SERVER"]), encoding="utf-8")
    command = [os.environ["NODE_MODULES"] + "/.bin/codex", "debug", "models"]
    environment = {**os.environ, "CODEX_HOME": home}
    listed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
models = {
    it["slug"]: {
        "context": it["context_window"],
        "levels": [level["effort"] for level in it["supported_reasoning_levels"]],
        "media": it["input_modalities"],
    }
    for it in json.loads(listed)["models"]
}
print(json.dumps({"models": models}))
