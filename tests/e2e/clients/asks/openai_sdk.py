"""Prints what the openai SDK makes of the list: each model by its id, in USD per million tokens."""

import json
import os
import sys

import openai

QUESTION = json.load(sys.stdin)
client = openai.OpenAI(base_url=f"{os.environ['SERVER']}/v1", api_key=os.environ["TOKEN"])


def told(model):
    pricing = model.pricing or {}
    return {
        "input": pricing.get("prompt"),
        "output": pricing.get("completion"),
        "unit": "token",
        "context": model.context_length,
        "limit": model.max_output_tokens,
        "capabilities": model.capabilities,
    }


try:
    client.models.retrieve("no-such-host/no-such-model")
except openai.NotFoundError as error:
    refusal = error.message

print(
    json.dumps(
        {
            "models": {model.id: told(model) for model in client.models.list()},
            "one": {id_: told(client.models.retrieve(id_)) for id_ in QUESTION["ids"]},
            "refusal": refusal,
        }
    )
)
