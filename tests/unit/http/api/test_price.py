"""Usage logs over HTTP: priced by the days of an installation's past, under the policies of who asks."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from pydantic import TypeAdapter

from llmanac.http.api import price
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.offers.bill import Bill
from llmanac.service.offers.billing import BillBounds

from ...small_past import Installation, OpenGate, asking
from ...small_policies import InstalledPolicies, policy

pytestmark = pytest.mark.anyio


def line(day: str = "2026-07-10", model: str = "acme/alpha", **more: Any) -> bytes:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    return json.dumps({"time": f"{day}T10:00:00Z", "model": model, "usage": usage, **more}).encode() + b"\n"


async def post(installation: Installation, content: Any, query: str = "", **headers: str) -> Any:
    async with asking(installation) as client:
        return await client.post(f"/price{query}", content=content, headers=headers)


async def bill_of(installation: Installation, content: Any, query: str = "") -> Any:
    response = await post(installation, content, query)
    assert response.status_code == 200, response.text
    return response.json()


async def test_each_request_has_the_prices_of_its_day(installation: Installation) -> None:
    content = line("2026-05-10") + line("2026-06-10") + line("2026-07-10") + line("2026-04-30")
    bill = await bill_of(installation, content, "?by=day")
    assert [(group["by"]["day"], group["total"]) for group in bill["groups"]] == [
        ("2026-05-10", "0.0045"),
        ("2026-06-10", "0.0035"),
        ("2026-07-10", "0.0035"),
    ]
    assert (bill["lines"], bill["priced"], bill["total"]) == (4, 3, "0.0115")
    assert bill["reasons"] == [{"reason": "before_history", "lines": 1}]
    assert bill["listed"][0]["line"] == 4


async def test_a_model_is_priced_on_the_days_that_it_was_listed(installation: Installation) -> None:
    bill = await bill_of(installation, line("2026-05-10", "acme/large-1") + line("2026-07-10", "acme/large-1"))
    assert (bill["priced"], bill["reasons"]) == (1, [{"reason": "unknown_model", "lines": 1}])


async def test_as_of_and_instead_and_fields(installation: Installation) -> None:
    query = "?by=model&by=team,day&as_of=2026-05-10&instead=acme/lab/large-2&listed=0&timezone=UTC"
    bill = await bill_of(installation, line(team="a") + b"x\n", query.replace("acme/lab/large-2", "acme/large-2"))
    [group] = bill["groups"]
    assert group["by"] == {"model": "acme/alpha", "team": "a", "day": "2026-07-10"}
    assert (group["total"], group["instead"]) == ("0.0045", "0.0011")
    assert (bill["as_of"], bill["instead"]["id"], bill["listed"]) == ("2026-05-10", "acme/large-2", [])


@pytest.mark.parametrize("size", [10, 20_000])
async def test_a_body_may_be_gzip_and_come_in_pieces(installation: Installation, size: int) -> None:
    packed = gzip.compress(line() * size)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(packed), 1000):
            yield packed[start : start + 1000]

    bill = await bill_of(installation, pieces())
    assert bill["priced"] == size


async def test_the_answer_is_as_the_schema_has_it(installation: Installation) -> None:
    response = await post(installation, line() + b"x", "?instead=acme/alpha")
    TypeAdapter(Bill).validate_json(response.content)
    TypeAdapter(Bill).validate_python(price.EXAMPLE)


async def test_nothing_is_an_empty_bill(installation: Installation) -> None:
    bill = await bill_of(installation, b"")
    assert (bill["lines"], bill["total"], bill["groups"]) == (0, None, [])


@pytest.mark.parametrize(
    ("query", "status", "type_"),
    [
        ("?bye=model", 400, "invalid_error"),
        ("?instead=a&instead=b", 400, "invalid_error"),
        ("?by=", 422, "validation_error"),
        ("?by=a,a", 422, "validation_error"),
        ("?by=a,b,c,d,e,f", 422, "validation_error"),
        ("?listed=1001", 422, "validation_error"),
        ("?listed=many", 422, "validation_error"),
        ("?as_of=soon", 422, "validation_error"),
        ("?as_of=2031-01-01&instead=acme/alpha", 400, "invalid_error"),
        ("?timezone=Mars/Olympus", 422, "validation_error"),
        ("?instead=acme/none", 404, "not_found_error"),
    ],
)
async def test_a_wrong_question_gets_one_clear_error(
    installation: Installation, query: str, status: int, type_: str
) -> None:
    response = await post(installation, line(), query)
    assert (response.status_code, response.json()["type"]) == (status, type_), response.text
    if status == 422:
        assert response.json()["errors"][0]["loc"][0] == "query"


async def test_a_log_is_bounded_unpacked_and_in_days(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price, "BOUNDS", BillBounds(file_bytes=10_000, days=2))
    bomb = await post(installation, gzip.compress(b" " * 10**6))
    assert (bomb.status_code, bomb.json()["type"]) == (400, "invalid_error")
    days = await post(installation, b"".join(line(f"2026-07-{day:02}") for day in range(2, 6)))
    assert "more than 2 days" in days.json()["detail"]
    monkeypatch.setattr(price, "BOUNDS", BillBounds(rates=2))
    models = await post(installation, b"".join(line(model=f"acme/m{it}") for it in range(3)))
    assert (models.status_code, models.json()["type"]) == (400, "invalid_error")
    assert "More than 2 models" in models.json()["detail"]


async def test_several_are_priced_side_by_side(installation: Installation) -> None:
    async with asking(installation) as client:
        responses = await asyncio.gather(*(client.post("/price", content=line() * 500) for _ in range(6)))
    assert [it.json()["priced"] for it in responses] == [500] * 6


async def test_a_hidden_model_is_disallowed_and_counted(installation: Installation) -> None:
    policies = await InstalledPolicies(installation.database).open()
    hides = {"effect": "deny", "match": "acme/large-3", "reason": "No contract"}
    await policies.policies.create(policy("house", hides, given_to={"everyone": True}))
    services = Services(
        reader=installation.reader, authenticator=OpenGate(), archive=installation.archive, door=policies.access
    )
    transport = httpx2.ASGITransport(create_app(services), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test/api/v1/inference") as client:
        bill = (await client.post("/price", content=line() + line(model="acme/large-3"))).json()
        instead = await client.post("/price?instead=acme/large-3", content=line())
    assert (bill["priced"], bill["reasons"]) == (1, [{"reason": "disallowed", "lines": 1}])
    assert "No contract" in bill["listed"][0]["detail"]
    assert (instead.status_code, instead.json()["type"]) == (403, "forbidden_error")
