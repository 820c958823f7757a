"""Prints what the openrouter SDK makes of the list and of the endpoints of the models of ASKED."""

import json
import os

from openrouter import OpenRouter
from openrouter.errors import NotFoundResponseError

client = OpenRouter(server_url=f"{os.environ['SERVER']}/openrouter/api/v1", api_key=os.environ["TOKEN"])


def told(it, context, limit):
    return {
        "input": it.pricing.prompt,
        "output": it.pricing.completion,
        "unit": "token",
        "context": context,
        "limit": limit,
        "parameters": it.supported_parameters,
        "overrides": [
            {"above": over.min_prompt_tokens, "input": over.prompt, "output": over.completion}
            for over in it.pricing.overrides or ()
        ],
    }


models = []
page = client.models.list(output_modalities="all")
while page is not None:
    models += page.result.data
    page = page.next()


def endpoints(name):
    author, _, slug = name.partition("/")
    listed = client.endpoints.list(author=author, slug=slug).data.endpoints
    return {it.name.rpartition(" | ")[2]: told(it, it.context_length, it.max_completion_tokens) for it in listed}


try:
    client.endpoints.list(author="no-lab", slug="no-model")
except NotFoundResponseError as error:
    refusal = str(error)

print(
    json.dumps(
        {
            "models": {it.id: told(it, it.context_length, it.top_provider.max_completion_tokens) for it in models},
            "endpoints": {it.id: endpoints(it.id) for it in models},
            "count": client.models.count(output_modalities="all").data.count,
            "found": [it.id for it in client.models.list(q="sonnet", max_price=2).result.data],
            "refusal": refusal,
        }
    )
)
