from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from llmanac.auth.jwks import SigningKeys
from llmanac.auth.jwt import JwtVerifier, Trust, is_jwt
from llmanac.auth.scope import Scope
from llmanac.errors import AuthenticationFailed, ExpiredSignature, InvalidToken, UpstreamFailed

from ..watches import Watch
from .provider import AUDIENCE, ISSUER, NOON, Provider, make_key

pytestmark = pytest.mark.anyio

NOW = int(NOON.timestamp())


@pytest.fixture
def watch() -> Watch:
    return Watch(NOON)


@pytest.fixture
def provider() -> Provider:
    return Provider([make_key("first"), make_key("rsa", "RSA", 2048), make_key("ed", "OKP")])


@pytest.fixture
def verifier(provider: Provider, watch: Watch) -> JwtVerifier:
    return make_verifier(provider, watch)


def make_verifier(provider: Provider, watch: Watch, **trust: Any) -> JwtVerifier:
    return JwtVerifier(
        Trust(**({"issuer": ISSUER, "audience": AUDIENCE} | trust)),
        SigningKeys(provider, monotonic=watch.monotonic),
        clock=watch,
    )


class TestGoodTokens:
    async def test_the_bearer_is_known_by_provider_and_subject(self, verifier: JwtVerifier, provider: Provider) -> None:
        principal = await verifier.verify(provider.sign())
        assert (principal.id, principal.name) == (None, "login.example.org:alice")
        assert principal.scopes == {Scope.CATALOG_READ}

    @pytest.mark.parametrize("number", [0, 1, 2])
    async def test_each_kind_of_key_verifies(self, verifier: JwtVerifier, provider: Provider, number: int) -> None:
        assert (await verifier.verify(provider.sign(key=provider.keys[number]))).name

    @pytest.mark.parametrize(
        "changes", [{"aud": ["other", AUDIENCE]}, {"iat": None}, {"nbf": NOW + 29}, {"exp": NOW - 29}]
    )
    async def test_what_is_allowed_to_differ(
        self, verifier: JwtVerifier, provider: Provider, changes: dict[str, Any]
    ) -> None:
        assert (await verifier.verify(provider.sign(**changes))).name

    @pytest.mark.parametrize("header", [{"typ": None}, {"typ": "at+jwt"}, {"x5t": "AAAA"}, {"nonce": "of a provider"}])
    async def test_what_a_header_may_say(
        self, verifier: JwtVerifier, provider: Provider, header: dict[str, Any]
    ) -> None:
        assert (await verifier.verify(provider.sign(header))).name

    @pytest.mark.parametrize(
        ("claim", "claims"),
        [
            ("scope", {"scope": "tokens:admin openid invented:scope"}),
            ("scp", {"scope": None, "scp": ["tokens:admin", 7, None]}),
            ("realm_access.roles", {"scope": None, "realm_access": {"roles": ["tokens:admin"]}}),
        ],
    )
    async def test_scopes_are_those_of_ours_that_the_claim_names(
        self, provider: Provider, watch: Watch, claim: str, claims: dict[str, Any]
    ) -> None:
        verifier = make_verifier(provider, watch, scope_claim=claim, scopes=frozenset({"catalog:read"}))
        principal = await verifier.verify(provider.sign(**claims))
        assert principal.scopes == {"tokens:admin", "catalog:read"}

    @pytest.mark.parametrize("scope", [None, 7, ["x"], {"a": 1}, [["admin"]]])
    async def test_a_claim_without_scopes_gives_none(
        self, verifier: JwtVerifier, provider: Provider, scope: Any
    ) -> None:
        assert (await verifier.verify(provider.sign(scope=scope))).scopes == frozenset()

    async def test_a_good_token_is_known_until_it_expires(
        self, verifier: JwtVerifier, provider: Provider, watch: Watch
    ) -> None:
        token = provider.sign()
        assert verifier.known(token) is None
        principal = await verifier.verify(token)
        assert verifier.known(token) == principal
        watch.now += timedelta(seconds=629)
        assert verifier.known(token) == principal
        watch.now += timedelta(seconds=1)
        assert verifier.known(token) is None
        with pytest.raises(ExpiredSignature):
            await verifier.verify(token)


def encode(part: Any) -> str:
    text = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def unsigned(header: Any, claims: Any, signature: bytes = b"\0" * 64) -> str:
    return f"{encode(header)}.{encode(claims)}.{encode(signature)}"


def with_hmac(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    body = f"{encode(header)}.{encode(claims)}"
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[header["alg"]]
    return f"{body}.{encode(hmac.new(secret, body.encode(), digest).digest())}"


def forgeries(provider: Provider) -> dict[str, str]:
    """By what is tried: tokens that must not be believed. The provider's keys are those of the fixture."""
    good, claims = provider.sign(), provider.claims()
    head, body, signature = good.split(".")
    elliptic, rsa = provider.keys[0], provider.keys[1]
    pem, der = rsa.as_pem(private=False), rsa.as_der(private=False)
    jwk = json.dumps(rsa.as_dict(private=False)).encode()
    stranger = make_key("first")
    own = ECKey.generate_key("P-256", {"kid": "first"})
    es = {"alg": "ES256", "kid": "first", "typ": "JWT"}
    hs = {"alg": "HS256", "kid": "rsa", "typ": "JWT"}
    found = {
        "nothing after the dots": "ey..",
        "two parts": f"{head}.{body}",
        "four parts": f"{good}.{signature}",
        "five parts, as of a JWE": f"{head}.{body}.{signature}.{body}.{signature}",
        "an empty signature": f"{head}.{body}.",
        "padding": f"{head}.{body}.{signature}==",
        "another alphabet": f"{head}.{body}.{signature[:-2]}+/",
        "a line break within": f"{head}.{body}\n.{signature}",
        "a space before": f"ey {good}",
        "the signature cut": good[:-4],
        "the signature of zeros": unsigned(es, claims),
        "psychic signature": unsigned(es, claims, b"\0" * 63 + b"\1"),
        "DER instead of raw signature": unsigned(es, claims, b"\x30\x06\x02\x01\x00\x02\x01\x00"),
        "a changed claim": f"{head}.{encode(provider.claims(sub='root'))}.{signature}",
        "a changed header": f"{encode(es | {'x': 1})}.{body}.{signature}",
        "a stranger's key of the same id": provider.sign(key=stranger),
        "an id of another key": provider.sign({"kid": "rsa"}),
        "an unknown key": provider.sign({"kid": "unknown"}),
        "no key id": provider.sign({"kid": None}),
        "a key id that is a number": unsigned(es | {"kid": 1}, claims),
        "a key id that leads to a file": unsigned(es | {"kid": "../../../../dev/null"}, claims),
        "a key id of SQL": unsigned(es | {"kid": "x' UNION SELECT 'key'--"}, claims),
        "a key id that is a list": unsigned(es | {"kid": ["first"]}, claims),
        "a key in the header": unsigned(es | {"jwk": own.as_dict(private=False)}, claims),
        "a key set elsewhere": provider.sign({"jku": "http://127.0.0.1:1/keys"}),
        "a certificate elsewhere": provider.sign({"x5u": "http://127.0.0.1:1/cert"}),
        "a certificate in the header": provider.sign({"x5c": ["AAAA"]}),
        "a critical extension": unsigned(es | {"crit": ["exp"]}, claims),
        "an unencoded payload": unsigned(es | {"b64": False, "crit": ["b64"]}, claims),
        "compression": unsigned(es | {"zip": "DEF"}, claims),
        "a nested token": unsigned(es | {"cty": "JWT"}, claims),
        "another type": provider.sign({"typ": "logout+jwt"}),
        "a type that is a number": unsigned(es | {"typ": 1}, claims),
        "a header that is a list": unsigned([es], claims),
        "a header that is no JSON": unsigned(b"nonsense", claims),
        "a header that is not UTF-8": unsigned(b"\xff\xfe{}", claims),
        "a header with alg twice": unsigned(b'{"alg":"ES256","alg":"none","kid":"first"}', claims),
        "no algorithm": unsigned({"kid": "first"}, claims),
        "an algorithm that is null": unsigned(es | {"alg": None}, claims),
        "an algorithm that is a list": unsigned(es | {"alg": ["ES256"]}, claims),
        "another curve's algorithm": unsigned(es | {"alg": "ES384"}, claims),
        "ES256K": unsigned(es | {"alg": "ES256K"}, claims),
        "an RSA algorithm for an elliptic key": provider.sign({"kid": "first", "alg": "RS256"}, key=rsa),
        "a payload that is a list": unsigned(es, [claims]),
        "a payload that is very deep": unsigned(es, b"[" * 3000),
        "a very long token": f"{head}.{body}.{signature * 100_000}",
        "another issuer": provider.sign(iss="https://evil.example.org"),
        "an issuer that begins so": provider.sign(iss=ISSUER + ".evil.example.org"),
        "no issuer": provider.sign(iss=None),
        "another audience": provider.sign(aud="other"),
        "an audience that contains ours": provider.sign(aud="llmanac-admin"),
        "an audience of nobody": provider.sign(aud=[]),
        "no audience": provider.sign(aud=None),
        "no expiry": provider.sign(exp=None),
        "an expiry that is text": provider.sign(exp=str(NOW + 600)),
        "an expiry that is true": provider.sign(exp=True),
        "an expiry without end": provider.sign(exp=10**400),
        "expired": provider.sign(exp=NOW - 30),
        "not good yet": provider.sign(nbf=NOW + 31),
        "of the future": provider.sign(iat=NOW + 31),
        "no subject": provider.sign(sub=None),
        "a subject with a line break": provider.sign(sub="alice\nroot"),
        "a subject that is a number": provider.sign(sub=1),
        "an empty subject": provider.sign(sub=""),
    }
    for name in ("none", "None", "NONE", "nOnE", " none", ""):
        found[f"alg {name!r}"] = f"{encode(es | {'alg': name})}.{body}."
        found[f"alg {name!r}, signed"] = unsigned(es | {"alg": name}, claims)
    secrets = {
        "PEM": pem,
        "PEM, stripped": pem.strip(),
        "DER": der,
        "JWK": jwk,
        "space and PEM": b" " + pem,
        "empty": b"",
    }
    for name, secret in secrets.items():
        found[f"HMAC with the public key: {name}"] = with_hmac(hs, claims, secret)
    found["HS512 with the public key"] = with_hmac(hs | {"alg": "HS512"}, claims, pem)
    found["HMAC with the elliptic key"] = with_hmac(hs | {"kid": "first"}, claims, elliptic.as_pem(private=False))
    return found


async def test_no_forgery_is_believed_and_none_makes_the_provider_be_asked(
    verifier: JwtVerifier, provider: Provider
) -> None:
    await verifier.verify(provider.sign())
    assert provider.asked == 1
    attempts = forgeries(provider)
    assert len(attempts) >= 60
    for name, token in attempts.items():
        with pytest.raises(AuthenticationFailed) as refusal:
            await verifier.verify(token)
        assert refusal.value.code == 401, name
        assert token[:40] not in refusal.value.detail
        assert verifier.known(token) is None
    assert provider.asked == 1


async def test_only_an_expired_token_is_called_expired(verifier: JwtVerifier, provider: Provider) -> None:
    with pytest.raises(ExpiredSignature):
        await verifier.verify(provider.sign(exp=NOW - 30))
    with pytest.raises(InvalidToken):
        await verifier.verify(provider.sign(exp=NOW - 30, aud="other"))


class TestKeys:
    async def test_a_new_key_is_fetched_when_it_is_first_used(
        self, verifier: JwtVerifier, provider: Provider, watch: Watch
    ) -> None:
        await verifier.verify(provider.sign())
        provider.keys.append(new := make_key("second"))
        watch.now += timedelta(seconds=31)
        assert (await verifier.verify(provider.sign(key=new))).name
        assert provider.asked == 2

    async def test_what_a_withdrawn_key_has_signed_is_forgotten(
        self, verifier: JwtVerifier, provider: Provider, watch: Watch
    ) -> None:
        token = provider.sign(exp=NOW + 36_000)
        await verifier.verify(token)
        provider.keys[0] = make_key("second")
        watch.now += timedelta(seconds=31)
        await verifier.verify(provider.sign(exp=NOW + 36_000))
        assert verifier.known(token) is None
        with pytest.raises(InvalidToken):
            await verifier.verify(token)

    async def test_without_any_keys_the_error_is_not_about_the_token(
        self, verifier: JwtVerifier, provider: Provider
    ) -> None:
        provider.down = True
        with pytest.raises(UpstreamFailed):
            await verifier.verify(provider.sign())


def test_a_token_of_llmanac_is_no_jwt() -> None:
    assert is_jwt(Provider().sign())
    assert not is_jwt("llma_00000000_" + "0" * 43 + "_000000")
