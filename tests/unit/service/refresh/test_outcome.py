"""Conclusions of a refresh for one source: its outcome in the record, and its new state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from llmanac.domain.feed import FeedRef
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.fetch.upstream import Unmodified, Validators
from llmanac.ingest.guard.rules import Anomaly, Examination, GuardRule, Tally
from llmanac.service.refresh.candidate import Candidate, Evaluation
from llmanac.service.refresh.outcome import conclude_accepted, conclude_asked
from llmanac.service.refresh.records import Outcome, SourceState
from llmanac.service.refresh.source_client import Failure, Payload, SourceResponse

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REF = FeedRef(name="models.dev", origin="https://models.dev/api.json", date="2026-11-23", sha256="b" * 64)
FEED = Feed(ref=REF, data=b"gzip", size=2)
CANDIDATE = Candidate(feed=FEED)
STATE = SourceState(
    name="models.dev",
    origin=REF.origin,
    seen_sha256="b" * 64,
    anomalies={"shrunk:1": 2},
    checked_at=NOON - timedelta(hours=3),
    outcome=Outcome.REFUSED,
    detail="shrunk",
    failures=2,
    not_before=NOON + timedelta(hours=1),
)
SHRUNK = Anomaly(rule=GuardRule.SHRUNK, detail="6 models, where 12 are served", key="shrunk:1")
REPRICED = Anomaly(rule=GuardRule.REPRICED, detail="prices of 9 of 12 entries moved", key="repriced:1")
JUMPED = Anomaly(rule=GuardRule.JUMPED, entry="host/lab", detail="input from 1 to 100", key="jumped:1")


def evaluated(*anomalies: Anomaly, feed: Feed | None = None) -> Evaluation:
    examination = Examination(anomalies=anomalies, tally=Tally(added=1, changed=2), confirmations=3)
    return Evaluation(examination=examination, rejects=4, unknown_keys=5, feed=feed)


def payload() -> Payload:
    return Payload(feed=FEED, wire_bytes=7, validators=Validators('"1"', None))


class TestAsked:
    def test_nothing_new_confirms_what_is_served(self) -> None:
        response = SourceResponse(result=Unmodified(), duration_s=0.5)
        done = conclude_asked(STATE, response, evaluation=None, sha256="a" * 64, now=NOON)

        assert (done.outcome.outcome, done.outcome.duration_s, done.outcome.sha256) == (
            Outcome.NOT_MODIFIED,
            0.5,
            "a" * 64,
        )
        assert (done.state.checked_at, done.state.failures, done.state.not_before) == (NOON, 0, None)

    @pytest.mark.parametrize(
        ("anomalies", "feed", "outcome", "says"),
        [
            ((), FEED, Outcome.UPDATED, ""),
            ((SHRUNK,), None, Outcome.REFUSED, "shrunk: 6 models, where 12 are served."),
            ((REPRICED, JUMPED), None, Outcome.HELD, "repriced: prices of 9 of 12 entries moved."),
            ((JUMPED,), FEED, Outcome.UPDATED, "1 entry is quarantined, and served as before; the rest is served."),
            ((JUMPED,), None, Outcome.HELD, "1 entry is quarantined, and served as before; nothing else is new."),
            ((replace(REPRICED, times=3),), FEED, Outcome.UPDATED, ""),
        ],
        ids=["clean", "final", "blocking", "quarantined", "nothing but quarantined", "confirmed"],
    )
    def test_anomalies_that_stand_decide(
        self, anomalies: tuple[Anomaly, ...], feed: Feed | None, *, outcome: Outcome, says: str
    ) -> None:
        response = SourceResponse(result=payload(), duration_s=0.5)
        done = conclude_asked(STATE, response, evaluation=evaluated(*anomalies, feed=feed), sha256="b" * 64, now=NOON)

        assert (done.outcome.outcome, done.outcome.detail) == (outcome, says)
        assert (done.outcome.added, done.outcome.rejects, done.outcome.wire_bytes) == (1, 4, 7)
        assert (done.state.outcome, done.state.etag, done.state.asked_in_full_at) == (outcome, '"1"', NOON)
        assert {it.rule for it in done.outcome.pending} == {it.rule for it in anomalies if it.times < 3}

    def test_a_failure_is_counted_and_a_pause_is_kept(self) -> None:
        response = SourceResponse(result=Failure(detail="busy", pause_s=60), duration_s=0.5)
        done = conclude_asked(STATE, response, evaluation=None, sha256="a" * 64, now=NOON)

        assert (done.outcome.outcome, done.outcome.detail) == (Outcome.FAILED, "busy")
        assert (done.state.failures, done.state.not_before) == (3, NOON + timedelta(seconds=60))
        assert done.state.checked_at == STATE.checked_at


class TestAccepted:
    def test_it_is_served_and_nothing_is_held_any_more(self) -> None:
        done = conclude_accepted(STATE, CANDIDATE, evaluated(feed=FEED))

        assert (done.outcome.outcome, done.outcome.size, done.outcome.pending) == (Outcome.UPDATED, 2, ())
        assert (done.state.outcome, dict(done.state.anomalies)) == (Outcome.UPDATED, {})

    def test_the_state_about_asking_stays_since_no_source_was_asked(self) -> None:
        state = conclude_accepted(STATE, CANDIDATE, evaluated(feed=FEED)).state

        assert state == replace(STATE, outcome=Outcome.UPDATED, detail="", anomalies={})

    def test_a_failed_content_stays_held(self) -> None:
        done = conclude_accepted(STATE, CANDIDATE, Evaluation(failure="the worker ran out of memory"))

        assert (done.outcome.outcome, done.outcome.detail) == (Outcome.FAILED, "the worker ran out of memory")
        assert done.state == STATE
