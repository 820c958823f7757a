from __future__ import annotations

import httpx2
import pytest

from llmanac.http.middleware.metrics import MetricSources, RequestMetrics, create_metrics_app
from llmanac.http.server.bounds import WireBounds
from llmanac.http.server.connections import Connections
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader

pytestmark = pytest.mark.anyio


async def test_what_is_measured_is_told_in_the_text_of_prometheus(overlaid: Edition) -> None:
    requests = RequestMetrics()
    requests.series("/api/v1/inference/catalog", "GET", 200).observe(0.002)
    sources = MetricSources(
        requests=requests,
        connections=Connections(WireBounds()),
        reader=Reader(overlaid),
        unreadable=lambda: {"overlay": 0, "policy": 2},
    )
    transport = httpx2.ASGITransport(create_metrics_app(sources))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        text = (await client.get("/metrics")).text
        assert (await client.get("/")).status_code == 404

    assert 'llmanac_http_requests_total{method="GET",operation="/api/v1/inference/catalog",status="200"} 1.0' in text
    assert 'llmanac_unreadable_documents{kind="overlay"} 0.0' in text
    assert 'llmanac_unreadable_documents{kind="policy"} 2.0' in text
    assert f"llmanac_catalog_offers {overlaid.size}.0" in text
