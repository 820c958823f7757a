from __future__ import annotations

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from llmanac.http.middleware.client_versions import ClientVersionMiddleware
from llmanac.user_agent import SERVER, user_agent

pytestmark = pytest.mark.anyio


async def ask(user_agent: str) -> httpx2.Response:
    app = ClientVersionMiddleware(PlainTextResponse("answer"), minimum=(1, 4, 0))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        return await client.get("/", headers={"user-agent": user_agent})


@pytest.mark.parametrize("user_agent", ["llmanac-client/1.3.9", "llmanac-cli/0.99.99 (Linux)", "llmanac-cli/1.3.9rc1"])
async def test_an_own_client_that_is_too_old_gets_the_version_to_upgrade_to(user_agent: str) -> None:
    reply = await ask(user_agent)
    assert (reply.status_code, reply.json()["type"]) == (426, "upgrade_required_error")
    name = user_agent.partition("/")[0]
    assert reply.headers["upgrade"] == f"{name}/1.4.0"


@pytest.mark.parametrize(
    "user_agent",
    ["llmanac-client/1.4.0", "llmanac-cli/10.0.0", "curl/7.0.1", "python-httpx/0.1.0", "", user_agent(SERVER)],
)
async def test_all_others_are_served(user_agent: str) -> None:
    assert (await ask(user_agent)).status_code == 200
