"""A fetched source that is added to the program as a file and a row, and what operators and users see of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import llmanac as package

from .conftest import RunningServer, StartServer, environment, llmanac, publishing

DECODER = '''
"""Decoder of a broker's price list: ``{"acme/large": {"input": 2.5}}``, USD per million tokens."""

from llmanac.domain.pricing import Rates
from llmanac.ingest.decode.reader import NUMBER, RecordReader, Schema
from llmanac.ingest.layer import Cost, ModelClaims, ProviderClaims

SOURCE = "broker"
PRICES = Schema("prices", (NUMBER, "input output"))


def decode(document, memo=None):
    """Decode the price list."""
    reader = RecordReader(memo)
    hosts = {}
    for id_, values in document.content.items():
        prices = reader.select(values, PRICES, id_)
        rates = Rates(**{name: reader.price(prices, name, id_) for name in ("input", "output")})
        host, _, model = id_.partition("/")
        hosts.setdefault(host, []).append(ModelClaims(id=model, cost=Cost(rates)))
    providers = tuple(ProviderClaims(id=id_, models=tuple(models)) for id_, models in hosts.items())
    return reader.layer(SOURCE, document, providers=providers)
'''

ROW = """
def _decode_broker(document: Document, memo: DecodeMemo | None) -> Layer:
    from llmanac.ingest.decode.formats import broker

    return broker.decode(document, memo)


SOURCES: Mapping[str, SourceFormat] = {
    "broker": SourceFormat(
        label="The broker",
        states="states what it charges",
        decode=_decode_broker,
        layout=EntryLayout.FLAT,
        price_keys=re.compile("input|output"),
        serves=ALL_FIELDS,
        required=False,
        guarded=True,
        home="https://broker.example/prices",
        licence="by contract",
        file=SourceSetting("broker", "A price list of the broker"),
        url=SourceSetting("broker_url", "Where the broker's prices are fetched from; not at all without"),
    ),
"""
TABLE = "\nSOURCES: Mapping[str, SourceFormat] = {\n"

NAMES = [f"model-{number}" for number in range(60)]
"""A guarded feed has at least fifty models."""
LISTED = {
    "acme": {
        "env": ["ACME_KEY"],
        "models": {it: {"id": it, "name": it, "cost": {"input": 1, "output": 5}} for it in NAMES},
    }
}
MAP = {"acme/model-0": {"litellm_provider": "acme", "mode": "chat"}}
PRICES = {f"acme/{it}": {"input": 2.5} for it in NAMES}


@dataclass(frozen=True)
class Broker:
    """A broker that publishes prices, and the installation that fetches them."""

    published: Path
    data_dir: Path
    variables: dict[str, str]

    def publish(self, prices: object) -> None:
        """Publish other prices."""
        self.published.write_text(json.dumps(prices), encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """The output of a command, whatever its exit code."""
        return subprocess.run(
            [*llmanac(*arguments), "--data-dir", str(self.data_dir)],
            env=environment(self.data_dir, **self.variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        ).stdout

    def refresh(self) -> dict[str, Any]:
        """The record that a refresh has of the source."""
        record = json.loads(self.run("refresh", "--json"))
        return next(it for it in record["sources"] if it["name"] == "broker")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source code, with one file and one row more."""
    folder = tmp_path_factory.mktemp("program")
    copied = folder / "llmanac"
    shutil.copytree(Path(package.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / "ingest/decode/formats/broker.py").write_text(DECODER, encoding="utf-8")
    table = copied / "ingest/decode/sources.py"
    before, found, after = table.read_text(encoding="utf-8").partition(TABLE)
    assert found
    table.write_text(before + ROW + after, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def broker(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The broker, and an installation of the program in which the other two sources are small files."""
    folder, data_dir = tmp_path_factory.mktemp("feeds"), tmp_path_factory.mktemp("installation")
    for name, content in (("listed.json", LISTED), ("map.json", MAP), ("prices.json", PRICES)):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    variables = {
        "PYTHONPATH": str(program),
        "LLMANAC_MODELS_DEV": str(folder / "listed.json"),
        "LLMANAC_LITELLM": str(folder / "map.json"),
        "LLMANAC_ALLOW_PRIVATE_SOURCES": "true",
        "LLMANAC_AUTHENTICATION": "none",
    }
    with publishing(folder) as url:
        yield Broker(folder / "prices.json", data_dir, {**variables, "LLMANAC_BROKER_URL": f"{url}/prices.json"})


@pytest.fixture(scope="module")
def fetched(broker: Broker) -> dict[str, Any]:
    """The record of the first refresh."""
    return broker.refresh()


@pytest.fixture(scope="module")
def guarded(broker: Broker, fetched: dict[str, Any]) -> dict[str, Any]:
    """The record of a second refresh, for which one price was multiplied by a hundred, and one went up a little."""
    assert fetched
    broker.publish(PRICES | {"acme/model-1": {"input": 250}, "acme/model-2": {"input": 3}})
    return broker.refresh()


@pytest.fixture(scope="module")
def server(broker: Broker, guarded: dict[str, Any], start_server: StartServer) -> RunningServer:
    """A server on the installation, which asks no source."""
    assert guarded
    return start_server(data_dir=broker.data_dir, **broker.variables)


def test_it_is_fetched_from_the_address_that_its_setting_names(fetched: dict[str, Any]) -> None:
    assert (fetched["outcome"], fetched["added"], fetched["size"]) == (
        "updated",
        61,
        len(json.dumps(PRICES)),
    )  # with the host


def test_it_is_guarded_and_what_is_held_of_it_is_recorded(guarded: dict[str, Any]) -> None:
    assert [(it["rule"], it["entry"]) for it in guarded["pending"]] == [("jumped", "acme/model-1")]
    assert (guarded["outcome"], guarded["repriced"]) == ("updated", 2)


@pytest.mark.usefixtures("guarded")
def test_the_record_tells_why(broker: Broker) -> None:
    shown = broker.run("refresh", "show", "latest")

    [held] = [line.split() for line in shown.splitlines() if "jumped" in line]
    assert held[:4] == ["broker", "jumped", "acme/model-1", "1"]


@pytest.mark.parametrize(("model", "price"), [("model-0", 2.5), ("model-1", 2.5), ("model-2", 3)])
def test_its_prices_are_served_and_provenance_names_it(server: RunningServer, model: str, price: float) -> None:
    told = server.client.get(f"/api/v1/inference/catalog/acme/{model}", timeout=120).json()

    assert (told["cost"]["input"], told["provenance"]["input"]) == (price, "broker")
    assert (told["cost"]["output"], told["provenance"]["output"]) == (5, "models.dev")
    assert [it["source"] for it in told["claims"]["input"]] == ["broker", "models.dev"]


def test_it_is_on_the_page_of_the_sources(server: RunningServer) -> None:
    page = server.client.get("/sources").text

    assert "The broker" in page
    assert "https://broker.example/prices" in page
    assert "The broker states what it charges, so its figure is served" in page


def test_it_can_be_a_file_instead(broker: Broker, tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text(json.dumps(PRICES), encoding="utf-8")

    shown = subprocess.run(
        [*llmanac("snapshot", "show", "--json", "--broker", str(file))],
        env=environment(tmp_path, **broker.variables),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout

    assert next((it["name"], it["records"]) for it in json.loads(shown)["sources"]) == ("broker", 60)
