"""Logos: well-formed images that load nothing and run nothing, and a neutral one where there is none."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from llmanac.dialects.logos import NEUTRAL, logo, marks
from llmanac.service.editions.edition import Edition

HARMLESS = frozenset(
    "svg title desc g defs path circle ellipse rect polygon line linearGradient radialGradient stop mask clipPath use "
    "filter feFlood feBlend feColorMatrix feGaussianBlur feOffset feComposite feMorphology feTurbulence".split()
)
"""Elements that only draw."""
REFERENCE = re.compile(r"url\((?!#)|https?://(?!www\.w3\.org/)|javascript:|data:", re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(marks()))
def test_a_logo_draws_and_does_nothing_else(name: str) -> None:
    image = logo(f"{name}.svg")
    assert image != NEUTRAL, "The build has not written it: run make setup, with Node."
    drawn = ET.fromstring(image)  # noqa: S314 -- it comes from the package
    for element in drawn.iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in HARMLESS
        assert not [key for key in element.attrib if key.lower().startswith("on")]
        assert not [it for key, it in element.attrib.items() if key.endswith("href") and not it.startswith("#")]
    assert not REFERENCE.search(image.decode())
    assert len(image) < 32_768


@pytest.mark.parametrize("name", ["nobody.svg", "labs/nobody.svg", "", "labs/", "../marks.json", "vendor/openai.svg"])
def test_whoever_has_none_gets_the_neutral_one(name: str) -> None:
    assert logo(name) == NEUTRAL


def test_a_lab_has_the_logo_of_its_host(embedded_edition: Edition) -> None:
    assert logo("labs/anthropic.svg") == logo("anthropic.svg") != NEUTRAL
    assert len([it for it in embedded_edition.catalog.providers if it in marks()]) > 100


def test_every_logo_is_somebodys(embedded_edition: Edition) -> None:
    catalog = embedded_edition.catalog
    labs = {model.lab for model in catalog.models.values()}
    assert marks().keys() - catalog.providers.keys() - labs == set()
