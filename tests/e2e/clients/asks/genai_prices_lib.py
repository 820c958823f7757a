"""Prints what genai-prices charges for each model of ASKED, ``host/model``: a million tokens in, and a million out."""

import json
import os
import sys
import warnings

from genai_prices import Usage
from genai_prices.update_prices import UpdatePrices

QUESTION = json.load(sys.stdin)
warnings.simplefilter("error")
snapshot = UpdatePrices(url=f"{os.environ['SERVER']}/genai-prices/v2/data.json").fetch()


def told(name):
    host, _, model = name.partition("/")
    try:
        _, info = snapshot.find_provider_model(model, None, host, None)
    except LookupError:
        return None
    price = info.prices.calc_price(Usage(input_tokens=1, output_tokens=1))
    return {
        "input": str(price["input_price"] * 1_000_000),
        "output": str(price["output_price"] * 1_000_000),
        "unit": "million",
        "context": info.context_window,
    }


def cost(name, **tokens):
    host, _, model = name.partition("/")
    _, info = snapshot.find_provider_model(model, None, host, None)
    return str(info.prices.calc_price(Usage(**tokens))["total_price"])


response = {"model": "gpt-5.5", "usage": {"prompt_tokens": 100, "completion_tokens": 20}}
extracted = snapshot.extract_usage(response, provider_id="openai", api_flavor="chat")
print(
    json.dumps(
        {
            "models": {name: told(name) for name in QUESTION["ids"]},
            "costs": {name: cost(name, input_tokens=300_000, output_tokens=1_000) for name in QUESTION["costs"]},
            "hosts": {name: snapshot.find_provider(None, name, None).id for name in QUESTION["hosts"]},
            "usage": [extracted.usage.input_tokens, extracted.usage.output_tokens],
            "all": [f"{provider.id}/{model.id}" for provider in snapshot.providers for model in provider.models],
        }
    )
)
