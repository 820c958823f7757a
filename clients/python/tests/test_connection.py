"""What is sent and what comes of it, over real HTTP: retries, kept responses, errors, pages."""

from __future__ import annotations

import logging
import socket
import time
from decimal import Decimal

import pytest

from llmanac_client import AsyncClient, Client, Retries, errors, schemas
from llmanac_client.call import Call
from llmanac_client.json_format import read_nothing

from .conftest import QUICK, TOKEN, Answer, ScriptedServer, refusal

OK = Answer(200, {"status": "ok", "version": "1.2.3", "a field of tomorrow": [1]})
BREAK = Answer(breaks_off=True)
BUSY = Answer(503, b"<html>busy</html>", {"retry-after": "0"})


class TestRetries:
    @pytest.mark.parametrize("fault", [BREAK, BUSY], ids=["broken connection", "busy"])
    def test_a_read_is_sent_again(self, server: ScriptedServer, fault: Answer) -> None:
        server.answer(fault, fault, OK)
        assert server.client().health().version == "1.2.3"
        assert len(server.asked) == 3

    def test_it_is_given_up_after_as_many_attempts(self, server: ScriptedServer) -> None:
        server.answer(BREAK)
        with pytest.raises(errors.ConnectionFailed):
            server.client().health()
        assert len(server.asked) == QUICK.attempts

    def test_a_write_that_may_have_been_carried_out_is_not_sent_again(self, server: ScriptedServer) -> None:
        server.answer(BREAK)
        with pytest.raises(errors.ConnectionFailed) as failed:
            server.client().refreshes.start()
        assert not failed.value.is_unsent
        assert len(server.asked) == 1

    def test_a_write_with_an_idempotency_key_is_sent_again_with_the_same(self, server: ScriptedServer) -> None:
        created = {"id": "a", "name": "n", "status": "live", "scopes": [], "policies": [], "in_path": False}
        created |= {"created_at": "2026-11-01T00:00:00Z", "expires_at": None, "revoked_at": None, "token": "llma_new"}
        server.answer(BREAK, Answer(201, created))
        assert server.client().tokens.create(schemas.TokenRequest(name="n")).token == "llma_new"
        first, second = (it.headers["idempotency-key"] for it in server.asked)
        assert first == second

    def test_a_question_in_a_body_is_sent_again(self, server: ScriptedServer) -> None:
        server.answer(BREAK, Answer(200, {"verdicts": []}))
        assert server.client().validate(["a"]).verdicts == ()
        assert [it.body for it in server.asked] == [{"ids": ["a"]}, {"ids": ["a"]}]

    def test_whatever_a_limit_refuses_is_sent_again_when_the_server_says(self, server: ScriptedServer) -> None:
        limited = refusal(429, "usage_limit_exceeded_error", retry_after="1")
        server.answer(limited, Answer(204))
        started = time.monotonic()
        server.client().policies.withdraw("p", ["a"])
        assert time.monotonic() - started >= 1
        assert len(server.asked) == 2

    def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for(self, server: ScriptedServer) -> None:
        server.answer(refusal(429, "usage_limit_exceeded_error", retry_after="3600"))
        with pytest.raises(errors.UsageLimitExceeded) as limited:
            server.client().health()
        assert limited.value.retry_after_s == 3600
        assert len(server.asked) == 1

    def test_nobody_listening_is_tried_again_for_any_call(self, server: ScriptedServer) -> None:
        waits: list[float] = []

        def chance() -> float:
            waits.append(0.0)
            return 0.0

        with (
            Client("http://127.0.0.1:9", retries=Retries(attempts=4, random=chance)) as client,
            pytest.raises(errors.ConnectionFailed) as failed,
        ):
            client.refreshes.start()
        assert failed.value.is_unsent
        assert len(waits) == 3
        assert server.asked == []

    @pytest.mark.anyio
    async def test_an_asynchronous_client_does_the_same(self, server: ScriptedServer) -> None:
        server.answer(BREAK, BUSY, OK)
        async with AsyncClient(server.url, retries=QUICK) as client:
            assert (await client.health()).version == "1.2.3"
        assert len(server.asked) == 3

    def test_a_silent_server_is_not_waited_for_longer_than_asked(self) -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as silent,
            Client(
                f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.05, retries=Retries(attempts=1)
            ) as client,
            pytest.raises(errors.TimedOut, match=r"did not answer within 0\.05 seconds"),
        ):
            client.health()


class TestContent:
    def test_bytes_are_sent_as_they_are(self, server: ScriptedServer) -> None:
        server.answer(BUSY, Answer(204))
        call = Call(
            "PUT", "/log", read_nothing, body=b"a,b\n", headers={"content-type": "text/csv"}, is_repeatable=True
        )
        server.client()._connection.run(call)
        assert [it.body for it in server.asked] == [b"a,b\n", b"a,b\n"]
        assert server.asked[0].headers["content-type"] == "text/csv"

    def test_pieces_are_sent_one_after_another_and_once(self, server: ScriptedServer) -> None:
        server.answer(BUSY)
        call = Call("PUT", "/log", read_nothing, body=iter([b"a,", b"b\n"]), is_repeatable=True)
        with pytest.raises(errors.ServerError):
            server.client()._connection.run(call)
        assert [it.body for it in server.asked] == [b"a,b\n"]


class TestKeptResponses:
    def test_what_has_not_changed_is_not_sent_again(self, server: ScriptedServer) -> None:
        page = {"models": [{"id": "a/b", "provider": "a", "cost": {"input": 1.10}}], "total": 1}
        server.answer(Answer(200, page, {"ETag": '"1"'}), Answer(304, headers={"ETag": '"1"'}))
        client = server.client()
        first, second = (client.search("b").first_page() for _ in range(2))
        assert first == second
        assert second.models[0].cost == schemas.CatalogCost(input=Decimal("1.1"))
        assert [it.headers.get("if-none-match") for it in server.asked] == [None, '"1"']

    def test_another_question_has_another_response(self, server: ScriptedServer) -> None:
        server.answer(Answer(200, {"models": [], "total": 1}, {"ETag": '"1"'}))
        client = server.client()
        client.search("b").first_page()
        client.search("c").first_page()
        assert [it.headers.get("if-none-match") for it in server.asked] == [None, None]

    def test_without_room_nothing_is_kept(self, server: ScriptedServer) -> None:
        server.answer(Answer(200, {"status": "ok"}, {"ETag": '"1"'}))
        client = server.client(cache_bytes=0)
        assert client.health() == client.health()
        assert [it.headers.get("if-none-match") for it in server.asked] == [None, None]


class TestPages:
    def test_a_list_is_followed_to_its_end(self, server: ScriptedServer) -> None:
        def page(name: str, link: str | None) -> Answer:
            headers = {} if link is None else {"Link": f'<{link}>; rel="next"'}
            return Answer(200, {"models": [{"id": name, "provider": "a"}], "total": 2}, headers)

        # A proxy may know the server by another address: only the question of the link is followed.
        server.answer(page("a/1", "https://elsewhere.example/x?query=a+b&offset=1&tags=x&tags=y"), page("a/2", None))
        listing = server.client().search("a b", tags=["x", "y"], page_size=1)
        assert [it.id for it in listing] == ["a/1", "a/2"]
        assert server.asked[0].path.endswith("catalog?query=a+b&offset=0&limit=1&tags=x&tags=y")
        assert server.asked[1].path.endswith("catalog?query=a+b&offset=1&tags=x&tags=y")

    @pytest.mark.anyio
    async def test_pages_are_asked_for_when_they_are_reached(self, server: ScriptedServer) -> None:
        link = {"Link": '</api/v1/audit?before=1>; rel="next"'}
        server.answer(Answer(200, {"entries": []}, link))
        async with AsyncClient(server.url) as client:
            pages = client.audit().pages()
            assert server.asked == []
            await anext(pages)
            assert len(server.asked) == 1


class TestErrors:
    @pytest.mark.parametrize(
        ("refused", "kind"),
        [
            ((401, "expired_token_error"), errors.ExpiredToken),
            ((404, "not_found_error"), errors.NotFound),
            ((409, "conflict_error"), errors.WriteConflict),
            ((418, "teapot_error"), errors.APIError),
            ((500, "database_error"), errors.StorageError),
        ],
    )
    def test_an_error_is_raised_as_its_type(
        self, server: ScriptedServer, refused: tuple[int, str], kind: type[errors.APIError]
    ) -> None:
        server.answer(refusal(*refused, f"No, {TOKEN}.", x_request_id="r1"))
        with pytest.raises(kind) as raised:
            server.client().health()
        assert type(raised.value) is kind
        assert (raised.value.code, raised.value.type) == refused
        assert raised.value.request_id == "r1"
        assert raised.value.detail == str(raised.value) == "No, …."

    def test_invalid_parameters_are_listed(self, server: ScriptedServer) -> None:
        fault = {"loc": ["query", "limit"], "msg": "too many", "type": "less_than_equal"}
        server.answer(Answer(422, {"code": 422, "detail": "limit", "type": "validation_error", "errors": [fault]}))
        with pytest.raises(errors.InvalidParameters) as refused:
            server.client().health()
        assert refused.value.errors == (errors.ParameterFault(("query", "limit"), "too many", "less_than_equal"),)

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (Answer(502, b"<html>"), errors.UpstreamFailed),
            (Answer(401, {"error": {"message": "Wrong key."}}), errors.AuthenticationFailed),
            (Answer(599, []), errors.ServerError),
            (Answer(302, b"", {"location": "/elsewhere"}), errors.APIError),
        ],
    )
    def test_a_response_without_an_envelope_is_raised_by_its_status(
        self, server: ScriptedServer, answer: Answer, kind: type[errors.APIError]
    ) -> None:
        server.answer(answer)
        with pytest.raises(kind):
            server.client(retries=Retries(attempts=1)).health()

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"status": 1}', b"\xff", b'{"x":' + b"[" * 9999])
    def test_a_response_of_another_shape_is_not_read(self, server: ScriptedServer, body: bytes) -> None:
        server.answer(Answer(200, body))
        with pytest.raises(errors.UnreadableResponse, match="is no Health"):
            server.client().health()
        assert len(server.asked) == 1

    def test_a_date_to_come_back_at_is_read(self) -> None:
        headers = {"retry-after": "Sun, 01 Nov 2026 00:01:00 GMT", "date": "Sun, 01 Nov 2026 00:00:00 GMT"}
        assert errors.APIError("x", code=429, headers=headers).retry_after_s == 60
        assert errors.APIError("x", code=429, headers={"retry-after": "soon"}).retry_after_s is None


class TestToken:
    def test_it_is_sent_in_its_header(self, server: ScriptedServer) -> None:
        server.answer(OK)
        server.client().health()
        assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
        assert server.asked[0].headers["user-agent"].startswith("llmanac-client/")

    def test_it_is_neither_shown_nor_logged(self, server: ScriptedServer, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        server.answer(Answer(401, {"detail": TOKEN, "type": "token_error"}))
        client = server.client()
        with pytest.raises(errors.InvalidToken) as refused:
            client.health()
        shown = [repr(it) for it in (client, client.tokens, client._connection._exchange, refused.value)]
        assert TOKEN not in "".join([*shown, caplog.text])
        assert caplog.text

    @pytest.mark.parametrize("token", ["llma_secret\n", "llma_secret…", "llma secret"])
    def test_it_can_be_sent(self, token: str) -> None:
        with pytest.raises(errors.MalformedToken) as refused:
            Client("http://127.0.0.1:9", token=token)
        assert "secret" not in str(refused.value)


class TestAddress:
    @pytest.mark.parametrize(
        "url", ["x.example", "ftp://x", "http://", "https://me:pw@x", "http://[::1", "http://x?a=b"]
    )
    def test_it_is_that_of_a_server(self, url: str) -> None:
        with pytest.raises(errors.InvalidAddress, match="begins with http") as refused:
            Client(url)
        assert "pw" not in str(refused.value)

    @pytest.mark.parametrize("url", ["http://x\n", "http://\x00x"])
    def test_it_has_a_host(self, url: str) -> None:
        with pytest.raises(errors.InvalidAddress):
            Client(url)

    def test_it_is_taken_from_the_environment(self, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
        server.answer(OK)
        monkeypatch.setenv("LLMANAC_URL", f"{server.url}/below/")
        monkeypatch.setenv("LLMANAC_TOKEN", TOKEN)
        with Client.from_env() as client:
            client.health()
        assert server.asked[0].path == "/below/healthz"
        assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"

    def test_without_one_it_says_which_variable_has_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("LLMANAC_URL", raising=False)
        with pytest.raises(errors.InvalidAddress, match="LLMANAC_URL is not set"):
            AsyncClient.from_env()

    @pytest.mark.parametrize("path", ["@elsewhere.example/", ".elsewhere.example/", "api.json"])
    def test_a_document_is_the_servers(self, server: ScriptedServer, path: str) -> None:
        with pytest.raises(errors.InvalidAddress, match="begins with a slash"):
            server.client().document(path)
        assert server.asked == []

    def test_an_id_keeps_its_slashes_and_a_name_has_none(self, server: ScriptedServer) -> None:
        server.answer(refusal(404, "not_found_error"))
        client = server.client()
        with pytest.raises(errors.NotFound):
            client.model("mirror/a b/ü?c#d")
        with pytest.raises(errors.NotFound):
            client.tokens.show("../overlays")
        assert [it.path.rpartition("/api/v1/")[2] for it in server.asked] == [
            "inference/catalog/mirror/a%20b/%C3%BC%3Fc%23d",
            "tokens/..%2Foverlays",
        ]
