"""Prints what aider makes of its configuration: each model as it starts, and once it has loaded LiteLLM."""

import contextlib
import json
import os
import sys
import tempfile
import urllib.request
from pathlib import Path

QUESTION = json.load(sys.stdin)
SERVER = os.environ["SERVER"]
CONFIG = "/api/v1/inference/configs/aider?provider="
MAP = f"{SERVER}/litellm/model_prices_and_context_window.json"
FLAGS = {
    "tool_call": "supports_function_calling",
    "vision": "supports_vision",
    "reasoning": "supports_reasoning",
    "pdf": "supports_pdf_input",
    "prompt_caching": "supports_prompt_caching",
    "structured_output": "supports_response_schema",
}

home = tempfile.TemporaryDirectory()
os.environ |= {"HOME": home.name, "LITELLM_MODEL_COST_MAP_URL": MAP}

from aider import models


def read(url):
    with urllib.request.urlopen(url, timeout=60) as reply:
        return reply.read()


def told(info):
    return {
        "input": info.get("input_cost_per_token"),
        "output": info.get("output_cost_per_token"),
        "unit": "token",
        "limit": info.get("max_output_tokens"),
        "input_limit": info.get("max_input_tokens"),
        "capabilities": [name for name, flag in FLAGS.items() if info.get(flag)],
    }


metadata = {}
for number, host in enumerate([*QUESTION["proxied"], QUESTION["hidden"]]):
    file = Path(home.name, f"{number}.json")
    file.write_bytes(read(f"{SERVER}{CONFIG}{host}"))
    metadata |= json.loads(file.read_bytes())
    models.register_litellm_models([str(file)])
cache = models.model_info_manager.cache_file
cache.parent.mkdir(parents=True)
cache.write_bytes(read(MAP))
with contextlib.redirect_stdout(sys.stderr):
    started = {name: told(models.model_info_manager.get_model_info(name)) for name in metadata}
    assert models.litellm._lazy_module is None
    loaded = {name: told(models.Model(name, weak_model=False, editor_model=False).info) for name in QUESTION["costs"]}
    assert models.litellm._lazy_module is not None
print(json.dumps({"models": started, "loaded": loaded, "keys": [*metadata, *json.loads(cache.read_bytes())]}))
