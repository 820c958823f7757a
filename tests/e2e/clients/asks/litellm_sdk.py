"""Prints what LiteLLM makes of the map: each id of ASKED as ``get_model_info`` tells it, and a request's cost."""

import json
import os
import sys

QUESTION = json.load(sys.stdin)
os.environ["LITELLM_MODEL_COST_MAP_URL"] = f"{os.environ['SERVER']}/litellm/model_prices_and_context_window.json"

import litellm
from litellm.litellm_core_utils.get_model_cost_map import get_model_cost_map_source_info

FLAGS = {
    "tool_call": "supports_function_calling",
    "vision": "supports_vision",
    "reasoning": "supports_reasoning",
    "pdf": "supports_pdf_input",
    "prompt_caching": "supports_prompt_caching",
    "structured_output": "supports_response_schema",
}


def info_of(name):
    """What LiteLLM knows of a name, by the map alone."""
    try:
        # Of models at Hugging Face it asks their host instead.
        info = {} if name.startswith("huggingface/") else litellm.get_model_info(name)
    except Exception:  # LiteLLM raises Exception itself for a name that it cannot call
        info = {}
    # What it makes up of rules for whole families has a key that is not in the map.
    return info if info.get("key") in litellm.model_cost else litellm.model_cost.get(name)


def told(name):
    info = info_of(name)
    if info is None:
        return None
    rates = (info.get("tiered_pricing") or [info])[0]
    return {
        "input": rates.get("input_cost_per_token"),
        "output": rates.get("output_cost_per_token"),
        "unit": "token",
        "limit": info.get("max_output_tokens"),
        "input_limit": info.get("max_input_tokens"),
        "capabilities": [name for name, flag in FLAGS.items() if info.get(flag)],
    }


def cost(name, prompt, completion):
    try:
        return sum(litellm.cost_per_token(model=name, prompt_tokens=prompt, completion_tokens=completion))
    except Exception:  # of an id that its own routing does not know
        return None


print(
    json.dumps(
        {
            "source": get_model_cost_map_source_info()["source"],
            "models": {name: told(name) for name in QUESTION["ids"]},
            "costs": {name: cost(name, 300_000, 1_000) for name in QUESTION["costs"]},
            "keys": [*litellm.model_cost],
        }
    )
)
