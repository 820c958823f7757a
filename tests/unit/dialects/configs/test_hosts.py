"""The variable of a host that holds its key."""

from __future__ import annotations

import pytest

from llmanac.dialects.configs.hosts import key_variable
from llmanac.domain.records import Provider


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (("ANY_NAME",), "ANY_NAME"),
        (("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_KEY"), "CLOUDFLARE_API_KEY"),
        (("DATABRICKS_HOST", "DATABRICKS_TOKEN"), "DATABRICKS_TOKEN"),
        (("SNOWFLAKE_ACCOUNT", "SNOWFLAKE_CORTEX_PAT"), "SNOWFLAKE_CORTEX_PAT"),
        (("WATSONX_AI_APIKEY", "WATSONX_AI_PROJECT_ID"), "WATSONX_AI_APIKEY"),
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_BEARER_TOKEN_BEDROCK"), None),
        (("GOOGLE_VERTEX_PROJECT", "GOOGLE_VERTEX_LOCATION", "GOOGLE_APPLICATION_CREDENTIALS"), None),
        ((), None),
    ],
)
def test_of_several_variables_one_holds_the_key(names: tuple[str, ...], key: str | None) -> None:
    assert key_variable(Provider(id="host", env=names)) == key
