from __future__ import annotations

import pytest

from llmanac.service.editions.edition import Edition
from llmanac.storage.database import Database

from ...small_past import SECOND, Installation, asking, edition_of, installation_on, litellm, model, models_dev

pytestmark = pytest.mark.anyio


async def test_everything_known_of_a_model_is_in_one_response(installation: Installation) -> None:
    async with asking(installation) as client:
        told = (await client.get("/catalog/acme/alpha")).json()
        [entry] = [it for it in (await client.get("/catalog")).json()["models"] if it["id"] == "acme/alpha"]

    assert entry.items() <= {**told, "limits": entry["limits"]}.items()
    assert told["limits"] == {"context": 200_000, "output": 8_000, "input": None}
    assert told["price"] == {
        "state": "known", "input": 2, "output": 15, "tiers": [], "services": [], "off_peak": None, "fees": []
    }  # fmt: skip
    assert told["host"]["env"] == ["ACME_KEY"]
    assert told["sources"]["models.dev"]["date"] == "2026-07-01"
    assert told["sources"]["models.dev"]["record"]["cost"] == {"input": 2, "output": 15}
    assert told["sources"]["litellm"]["record"] is None
    assert told["provenance"]["input"] == "models.dev"
    assert told["history"]["first_seen"] == "2026-05-01"
    assert [it["kind"] for it in told["history"]["changes"]] == ["limits", "price"]


ODD = "lab/Llama 3.3+(3.1v3.3):free@eu~x"


@pytest.mark.parametrize(
    "spelling",
    [
        f"acme/{ODD}",
        "acme/lab/Llama%203.3+(3.1v3.3):free@eu~x",
        "acme%2Flab%2FLlama%203.3%2B%283.1v3.3%29%3Afree%40eu~x",
        f"ACME/{ODD.upper()}",
    ],
)
async def test_an_id_may_have_anything_in_it_and_be_encoded_or_not(database: Database, spelling: str) -> None:
    feed = models_dev(SECOND, **{ODD.replace("/", "__"): model()})
    odd = installation_on(database, served=edition_of(feed, litellm()))

    async with asking(odd) as client:
        answer = await client.get(f"/catalog/{spelling}")

    assert answer.status_code == 200
    assert answer.json()["id"] == f"acme/{ODD}"


async def test_a_removed_model_has_the_status_removed(installation: Installation) -> None:
    async with asking(installation) as client:
        told = (await client.get("/catalog/acme/large-1")).json()

    assert (told["id"], told["status"], told["cost"]) == ("acme/large-1", "removed", {"input": 3, "output": 15})
    assert told["history"]["removed"] == "2026-06-01"
    assert told["history"]["last_seen"] == "2026-05-01"
    assert told["history"]["successor"] == "acme/large-3"


async def test_a_day_of_the_past(installation: Installation) -> None:
    async with asking(installation) as client:
        told = (await client.get("/catalog/acme/alpha?as_of=2026-05-31")).json()
        early = await client.get("/catalog/acme/alpha?as_of=2026-04-30")
        gone = (await client.get("/catalog/acme/large-1?as_of=2026-05-02")).json()

    assert told["cost"]["input"] == 3
    assert gone["status"] is None
    assert (early.status_code, "2026-05-01" in early.json()["detail"]) == (404, True)


async def test_an_unknown_model_is_not_found_with_the_nearest_names(installation: Installation) -> None:
    async with asking(installation) as client:
        answer = await client.get("/catalog/acme/gama")

    assert answer.status_code == 404
    assert "acme/large-3" in answer.json()["detail"]


async def test_a_conditional_request_gets_304_for_the_same_model_only(installation: Installation) -> None:
    async with asking(installation) as client:
        tag = (await client.get("/catalog/acme/alpha")).headers["etag"]
        same = await client.get("/catalog/acme/alpha", headers={"if-none-match": tag})
        other = await client.get("/catalog/acme/large-3", headers={"if-none-match": tag})

    assert (same.status_code, other.status_code) == (304, 200)


async def test_addresses_under_the_catalogs_that_are_no_models_stay_what_they_are(installation: Installation) -> None:
    async with asking(installation) as client:
        assert "total" in (await client.get("/catalog/facets")).json()


@pytest.mark.parametrize("hesitates", [False, True])
async def test_the_catalog_as_of_a_day_on_the_fast_path_and_in_the_framework(
    installation: Installation,
    hesitates: bool,  # noqa: FBT001 -- pytest gives it by name
) -> None:
    async with asking(installation, hesitates=hesitates) as client:
        answers = [await client.get("/catalog?as_of=2026-05-31&sort=name") for _ in range(2)]
        now = await client.get("/catalog?sort=name")
        tag = answers[0].headers["etag"]
        same = await client.get("/catalog?as_of=2026-05-31&sort=name", headers={"if-none-match": tag})
        refused = [(await client.get(f"/catalog?as_of={day}")).status_code for day in ("2026-04-30", "2027-01-01", "x")]

    assert answers[0].content == answers[1].content
    assert answers[0].json()["total"] == 3
    assert now.json()["models"] != answers[0].json()["models"]
    assert tag != now.headers["etag"]
    assert same.status_code == 304
    assert refused == [404, 400, 422]


async def test_what_overlays_state_is_told_with_the_sources_word_beside_it(
    database: Database, overlaid: Edition
) -> None:
    async with asking(installation_on(database, served=overlaid)) as client:
        told = (await client.get("/catalog/work-horse")).json()

    assert (told["id"], told["read_as"]) == ("acme/alpha", "alias")
    assert (told["own"]["owner"], told["own"]["trains_on_data"], told["own"]["successor"]) == ("platform", False, None)
    assert (told["overlaid"]["input"]["value"], told["overlaid"]["input"]["upstream"]) == (1, 3)
    assert told["overlaid"]["input"]["stated_by"]["reason"] == "Negotiated"
    assert (told["provenance"]["input"], told["provenance"]["context"]) == ("overlays/corp", "models.dev")
    assert [(it["source"], it["served"]) for it in told["claims"]["input"]] == [
        ("overlays/corp", True),
        ("models.dev", False),
    ]
    assert told["sources"]["overlays"]["date"] == "2026-07-10"
    assert told["sources"]["overlays"]["record"]["owner"] == "platform"
    assert told["reasons"]["input"] == "The overlay corp states it in rule 2, by ann: Negotiated"
    assert {it["field"] for it in told["conflicts"]} == {"input", "output"}


async def test_what_an_overlay_adds_is_told_without_any_source(database: Database, overlaid: Edition) -> None:
    async with asking(installation_on(database, served=overlaid)) as client:
        told = (await client.get("/catalog/rack/own")).json()

    assert (told["listed_by"], told["host"]["name"], told["base"]) == ("overlays", "Our rack", "alpha")
    assert set(told["provenance"].values()) == {"overlays/corp"}
    assert told["conflicts"] == []
    assert {name: it["record"] for name, it in told["sources"].items() if name != "overlays"} == {
        "models.dev": None,
        "litellm": None,
    }


async def test_without_overlays_there_is_nothing_of_them(installation: Installation) -> None:
    async with asking(installation) as client:
        told = (await client.get("/catalog/acme/alpha")).json()

    assert (told["own"], told["overlaid"]) == (None, {})
    assert "overlays" not in told["sources"]


async def test_the_changes_of_overlays_have_them_as_their_cause(database: Database, overlaid: Edition) -> None:
    async with asking(installation_on(database, served=overlaid)) as client:
        changes = (await client.get("/catalog/acme/alpha")).json()["history"]["changes"]

    causes = {(it["kind"], fact["field"]): fact["cause"] for it in changes for fact in it["differences"]}
    assert causes["own", "owner"] == "overlay"
