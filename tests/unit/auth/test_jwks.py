from __future__ import annotations

import asyncio

import orjson
import pytest
from joserfc.jwk import ECKey, OctKey

from llmanac.auth.jwks import MAX_DOCUMENT_BYTES, SigningKeys, parse_keys
from llmanac.errors import UpstreamFailed

from ..watches import MonotonicWatch
from .provider import Provider, make_key

pytestmark = pytest.mark.anyio


@pytest.fixture
def watch() -> MonotonicWatch:
    return MonotonicWatch()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def keys(provider: Provider, watch: MonotonicWatch) -> SigningKeys:
    return SigningKeys(provider, monotonic=watch)


async def test_ten_thousand_unknown_keys_cost_one_fetch(keys: SigningKeys, provider: Provider) -> None:
    assert [await keys.find(f"unknown {number}") for number in range(10_000)] == [None] * 10_000
    assert provider.asked == 1


async def test_concurrent_requests_share_one_fetch(keys: SigningKeys, provider: Provider) -> None:
    found = await asyncio.gather(*(keys.find("first") for _ in range(100)))
    assert all(found)
    assert provider.asked == 1


async def test_a_cancelled_request_does_not_cancel_the_fetch(keys: SigningKeys, provider: Provider) -> None:
    impatient = asyncio.create_task(keys.find("first"))
    patient = asyncio.create_task(keys.find("first"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient
    assert provider.asked == 1


async def test_two_fetches_are_half_a_minute_apart_even_when_they_fail(
    keys: SigningKeys, provider: Provider, watch: MonotonicWatch
) -> None:
    provider.down = True
    for _ in range(60):
        with pytest.raises(UpstreamFailed):
            await keys.find("first")
        watch.now += 1
    assert provider.asked == 2


async def test_a_failed_fetch_is_logged_with_its_reason(
    keys: SigningKeys, provider: Provider, watch: MonotonicWatch, caplog: pytest.LogCaptureFixture
) -> None:
    await keys.find("first")
    provider.down = True
    watch.now += 31
    assert await keys.find("unknown") is None
    provider.down = False
    provider.keys = []
    watch.now += 31
    assert await keys.find("unknown") is None

    assert {it.levelname for it in caplog.records} == {"WARNING"}
    down, empty = (it.getMessage() for it in caplog.records)
    assert down == "The keys of the identity provider cannot be fetched: away"
    assert "holds no key that can verify a signature" in empty


async def test_keys_are_used_for_a_day_without_the_provider(
    keys: SigningKeys, provider: Provider, watch: MonotonicWatch
) -> None:
    await keys.find("first")
    provider.down = True
    watch.now += 86_400
    assert await keys.find("first")
    watch.now += 60
    with pytest.raises(UpstreamFailed):
        await keys.find("first")


async def test_older_keys_are_fetched_anew_while_they_are_used(
    keys: SigningKeys, provider: Provider, watch: MonotonicWatch
) -> None:
    await keys.find("first")
    provider.keys = [make_key("second")]
    watch.now += 3601
    assert await keys.find("first"), "a request does not wait for what it does not need"
    await asyncio.sleep(0.01)
    assert await keys.find("first") is None
    assert await keys.find("second")
    assert keys.generation == 2


async def test_the_same_keys_are_no_change(keys: SigningKeys, watch: MonotonicWatch) -> None:
    await keys.find("first")
    watch.now += 31
    await keys.find("unknown")
    assert keys.generation == 1


def jwk(**changes: object) -> dict[str, object]:
    whole = make_key("k").as_dict(private=False) | changes
    return {name: value for name, value in whole.items() if value is not None}


KEYS = {
    kind: make_key("k", kind, size).as_dict(private=False)
    for kind, size in (("RSA", 2048), ("EC", "P-256"), ("OKP", "Ed25519"))
}


def document(*members: object) -> bytes:
    return orjson.dumps({"keys": [*members, jwk(kid="good")]})


@pytest.mark.parametrize(
    "unusable",
    [
        OctKey.import_key("a secret of 32 bytes, all of them").as_dict() | {"kid": "k"},
        {"kty": "RSA", "kid": "k", "e": "AQAB", "n": "x" * 171},
        ECKey.generate_key("secp256k1", {"kid": "k"}).as_dict(private=False),
        jwk(use="enc"),
        jwk(alg="RS256"),
        jwk(alg="ES384"),
        jwk(key_ops=["encrypt"]),
        jwk(kid=None),
        jwk(kid=7),
        jwk(x="AAAA"),
        jwk(x=7),
        jwk(y=None),
        jwk(kty="XX"),
        jwk(kty=None),
        "a string",
        None,
        [],
    ],
    ids=(  # keys are new in each process, and so no names: workers of pytest-xdist compare them
        "a secret,a short RSA key,another curve,for encryption,RS256,ES384,for encrypting,no kid,a number as kid,"
        "a short x,a number as x,no y,an unknown kty,no kty,a string,null,a list"
    ).split(","),
)
def test_keys_that_cannot_verify_a_signature_are_ignored(unusable: object) -> None:
    assert set(parse_keys(document(unusable))) == {"good"}


@pytest.mark.parametrize(
    "value",
    [None, True, 7, -1.5, "", "sig", "verify", "é", "=" * 400, "A" * 400, [], ["verify", None], [[]], {}, {"a": []}],
    ids=repr,
)
@pytest.mark.parametrize("member", ["kty", "crv", "n", "e", "x", "y", "alg", "use", "key_ops", "kid", "x5c", "d"])
@pytest.mark.parametrize("kind", KEYS)
def test_a_malformed_member_costs_at_most_its_own_key(kind: str, member: str, value: object) -> None:
    assert "good" in parse_keys(document(KEYS[kind] | {member: value}))


def test_a_key_for_no_stated_operations_is_malformed() -> None:
    assert set(parse_keys(document(jwk() | {"key_ops": None}, jwk() | {"key_ops": "verify"}))) == {"good"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"keys": {}}',
        b'{"keys": []}',
        b'{"keys": [NaN]}',
        orjson.dumps({"keys": [{}] * 101}),
        b" " * (MAX_DOCUMENT_BYTES + 1),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_document_that_is_no_key_set_is_refused(text: bytes) -> None:
    with pytest.raises(UpstreamFailed):
        parse_keys(text)


def test_the_private_half_of_a_key_is_not_looked_at() -> None:
    [found] = parse_keys(orjson.dumps({"keys": [make_key("k").as_dict(private=True)]})).values()
    assert not found.key.is_private
