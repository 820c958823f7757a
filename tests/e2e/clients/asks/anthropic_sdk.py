"""Prints what the anthropic SDK makes of the list, page by page: each model by its id."""

import json
import os
import sys

import anthropic

QUESTION = json.load(sys.stdin)
client = anthropic.Anthropic(base_url=os.environ["SERVER"], api_key=os.environ["TOKEN"])


def told(model):
    pricing = model.pricing or {}
    return {
        "input": pricing.get("prompt"),
        "output": pricing.get("completion"),
        "unit": "token",
        "context": model.context_length,
        "limit": model.max_tokens,
        "capabilities": model.supported,
    }


try:
    client.models.retrieve("no-such-host/no-such-model")
except anthropic.NotFoundError as error:
    refusal = error.message

last = list(client.models.list(limit=1000))[-1]
print(
    json.dumps(
        {
            "models": {model.id: told(model) for model in client.models.list(limit=1000)},
            "one": {id_: told(client.models.retrieve(id_)) for id_ in QUESTION["ids"]},
            "before_last": [model.id for model in client.models.list(limit=2, before_id=last.id).data],
            "deprecated": [model.id for model in client.models.list(limit=1000, lifecycle=["deprecated"])],
            "refusal": refusal,
        }
    )
)
