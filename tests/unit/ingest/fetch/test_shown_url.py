from __future__ import annotations

import pytest

from llmanac.ingest.fetch.shown_url import shown_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://models.dev/api.json", "https://models.dev/api.json"),
        ("https://centre.example/k/llma_a_b_c/api.json", "https://centre.example/k/…/api.json"),
        ("https://ann:secret@feeds.example:8443/a", "https://feeds.example:8443/a"),
        ("https://feeds.example/a?token=secret&day=", "https://feeds.example/a?token=…&day=…"),
    ],
)
def test_what_may_be_a_secret_is_not_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown
