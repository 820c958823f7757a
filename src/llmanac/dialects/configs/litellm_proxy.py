"""The ``model_list`` of LiteLLM's proxy: a deployment for each offer, under the catalog's own id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llmanac.dialects.configs.config import Config
from llmanac.dialects.configs.hosts import IN_ADDRESS, host_of, key_variable, litellm_route
from llmanac.dialects.configs.yaml_text import encode_yaml
from llmanac.dialects.litellm_figures import new_row
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.records import LiteLLMRoute, Offer, Provider

FROM_ENVIRONMENT = "os.environ/"
"""Before the name of a variable, which the proxy reads."""
OTHER_VARIABLES: Mapping[str, Mapping[str, str]] = {
    "bedrock": {"aws_region_name": "AWS_REGION"},
    "vertex_ai": {"vertex_project": "GOOGLE_VERTEX_PROJECT", "vertex_location": "GOOGLE_VERTEX_LOCATION"},
    "watsonx": {"project_id": "WATSONX_AI_PROJECT_ID"},
}
"""Parameters of LiteLLM besides the key, by the prefix of its ids, and the host's variable for each."""


def make(offers: Sequence[Offer], served: ServedCatalog) -> bytes:
    """The list, as a part of the proxy's configuration."""
    return encode_yaml({"model_list": [_deployment(offer, served) for offer in offers]})


def omission(offer: Offer, served: ServedCatalog) -> str | None:
    """Why the proxy cannot call an offer."""
    route = litellm_route(offer, host_of(offer, served))
    if route is None:
        return "LiteLLM has no way to it"
    return "its address has variables" if IN_ADDRESS.search(route.api_base or "") else None


def _deployment(offer: Offer, served: ServedCatalog) -> dict[str, Any]:
    host = host_of(offer, served)
    route = litellm_route(offer, host)
    called = _called(route, host) if route else {}
    # Without litellm_provider, which LiteLLM finds by the id.
    return {"model_name": offer.id, "litellm_params": called, "model_info": new_row(offer, None)}


def _called(route: LiteLLMRoute, host: Provider) -> dict[str, str]:
    """The parameters of a call: the id, the address where it is no default, and the variables with credentials."""
    address = {} if route.api_base is None else {"api_base": route.api_base}
    others = OTHER_VARIABLES.get(route.id.partition("/")[0], {})
    variables = {name: variable for name, variable in others.items() if variable in host.env}
    if (key := key_variable(host)) is not None:
        variables["api_key"] = key
    return {"model": route.id, **address, **{name: FROM_ENVIRONMENT + it for name, it in variables.items()}}


CONFIG = Config(
    name="litellm-proxy",
    client="LiteLLM's proxy",
    file_name="config.yaml",
    media_type="application/yaml",
    omission=omission,
    make=make,
)
