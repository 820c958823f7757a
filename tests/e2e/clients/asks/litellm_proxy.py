"""Starts LiteLLM's proxy with the configuration and the map of the server, and prints what it tells of its models."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import yaml

QUESTION = json.load(sys.stdin)
SERVER = os.environ["SERVER"]
CONFIG = "/api/v1/inference/configs/litellm-proxy?kind=chat&provider="
FLAGS = {
    "tool_call": "supports_function_calling",
    "vision": "supports_vision",
    "reasoning": "supports_reasoning",
    "pdf": "supports_pdf_input",
    "prompt_caching": "supports_prompt_caching",
    "structured_output": "supports_response_schema",
}
LONGEST_S = 120


def read(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as reply:
        return reply.read()


def told(info):
    return {
        "input": info["input_cost_per_token"],
        "output": info["output_cost_per_token"],
        "unit": "token",
        "limit": info["max_output_tokens"],
        "capabilities": [name for name, flag in FLAGS.items() if info.get(flag)],
    }


def models_of_proxy(url, key, process):
    """What the proxy tells of its models, as soon as it does."""
    ends = time.monotonic() + LONGEST_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            return json.loads(read(f"{url}/model/info", authorization=f"Bearer {key}"))["data"]
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("The proxy does not answer.")


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
with tempfile.TemporaryDirectory() as folder:
    hosts = [yaml.safe_load(read(f"{SERVER}{CONFIG}{host}")) for host in QUESTION["proxied"]]
    config = Path(folder) / "config.yaml"
    config.write_text(yaml.safe_dump({"model_list": [model for host in hosts for model in host["model_list"]]}))
    key = f"sk-{secrets.token_hex(24)}"
    process = subprocess.Popen(
        [sys.executable, "-m", "litellm.proxy.proxy_cli", "--config", config, "--host=127.0.0.1", f"--port={port}"],
        stdout=sys.stderr,
        env={
            **os.environ,
            "LITELLM_MASTER_KEY": key,
            "LITELLM_MODEL_COST_MAP_URL": f"{SERVER}/litellm/model_prices_and_context_window.json",
        },
    )
    try:
        models = models_of_proxy(f"http://127.0.0.1:{port}", key, process)
    finally:
        process.kill()
        process.wait()
print(json.dumps({"models": {it["model_name"]: told(it["model_info"]) for it in models}}))
