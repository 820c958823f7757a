from __future__ import annotations

import pytest

from llmanac.pages.forms.query_form import Fields
from llmanac.pages.views.models import parse_view


@pytest.mark.parametrize(
    ("address", "is_featured"),
    [
        (b"", True),
        (b"sort=price", True),
        (b"plot=date", True),
        (b"featured=true&capabilities=vision", True),
        (b"featured=false", False),
        (b"capabilities=vision", False),
        (b"query=claude", False),
    ],
)
def test_a_url_without_parameters_shows_the_featured_models(address: bytes, is_featured: bool) -> None:  # noqa: FBT001 -- a column of the table
    assert parse_view(Fields.of(address)).featured is is_featured
