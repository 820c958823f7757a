"""Concludes a refresh for each source: turns its response and evaluation into its outcome and its new state. Pure.

Which anomalies stand, and so hold a feed or quarantine entries of it, is decided by ``ingest.guard.rules:
Examination``; ``candidate`` acts on it, and drops all anomalies of a feed that is trusted or not guarded. Here what
came of that is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from llmanac.ingest.fetch.upstream import Unmodified
from llmanac.ingest.guard.rules import Anomaly, Examination
from llmanac.service.refresh.candidate import Candidate, Evaluation
from llmanac.service.refresh.records import MOST_PENDING, Outcome, Pending, SourceOutcome, SourceState
from llmanac.service.refresh.source_client import Failure, Payload, SourceResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The result of a refresh for one source."""

    outcome: SourceOutcome
    state: SourceState


def conclude_asked(
    state: SourceState,
    response: SourceResponse,
    *,
    evaluation: Evaluation | None,
    sha256: str | None,
    now: datetime,
) -> Conclusion:
    """The conclusion for a source that was asked.

    ``evaluation`` is None where nothing is new; ``sha256`` is that of the candidate, else of what is served.
    """
    outcome = SourceOutcome(
        name=state.name, outcome=Outcome.NOT_MODIFIED, duration_s=response.duration_s, sha256=sha256
    )
    match response.result:
        case Failure() as failure:
            outcome = replace(_failed(outcome, failure.detail), stalled=failure.stalled)
            return Conclusion(outcome=outcome, state=_after_failure(state, failure.detail, failure.pause_s, now=now))
        case Payload() as payload:
            outcome = replace(outcome, wire_bytes=payload.wire_bytes, size=payload.feed.size)
        case Unmodified():
            pass
    if evaluation is not None and evaluation.failure is not None:
        failed = _after_failure(state, evaluation.failure, None, now=now)
        return Conclusion(outcome=_failed(outcome, evaluation.failure), state=failed)
    state = _reached(state, response.result, sha256=sha256, now=now)
    if evaluation is None or evaluation.examination is None:
        return Conclusion(outcome=outcome, state=replace(state, outcome=Outcome.NOT_MODIFIED, detail=""))
    return _examined(state, outcome, evaluation, examination=evaluation.examination)


def conclude_accepted(state: SourceState, candidate: Candidate, evaluation: Evaluation) -> Conclusion:
    """The conclusion for a source whose held content a person accepted; the source was not asked.

    The parts of its state about asking stay as they are; all of it does where even the accepted content failed.
    """
    outcome = SourceOutcome(
        name=state.name, outcome=Outcome.NOT_MODIFIED, size=candidate.feed.size, sha256=candidate.feed.ref.sha256
    )
    if evaluation.examination is None:
        return Conclusion(outcome=_failed(outcome, evaluation.failure or ""), state=state)
    return _examined(state, outcome, evaluation, examination=evaluation.examination)


def _failed(outcome: SourceOutcome, detail: str) -> SourceOutcome:
    return replace(outcome, outcome=Outcome.FAILED, detail=detail)


def _after_failure(state: SourceState, detail: str, pause_s: float | None, *, now: datetime) -> SourceState:
    return replace(
        state,
        outcome=Outcome.FAILED,
        detail=detail,
        failures=state.failures + 1,
        not_before=state.not_before if pause_s is None else now + timedelta(seconds=pause_s),
    )


def _reached(
    state: SourceState, result: Payload | Unmodified | Failure, *, sha256: str | None, now: datetime
) -> SourceState:
    state = replace(state, checked_at=now, failures=0, not_before=None, seen_sha256=sha256)
    if not isinstance(result, Payload):
        return state
    return replace(
        state,
        etag=result.validators.etag,
        last_modified=result.validators.last_modified,
        asked_in_full_at=now,
    )


def _examined(
    state: SourceState, outcome: SourceOutcome, evaluation: Evaluation, *, examination: Examination
) -> Conclusion:
    standing = examination.standing
    result = _outcome(evaluation, examination)
    detail = _detail(result, examination)
    outcome = replace(
        outcome,
        outcome=result,
        detail=detail,
        added=examination.tally.added,
        removed=examination.tally.removed,
        changed=examination.tally.changed,
        repriced=examination.tally.repriced,
        rejects=evaluation.rejects,
        unknown_keys=evaluation.unknown_keys,
        pending=tuple(map(_pending, standing[:MOST_PENDING])),
        pending_count=len(standing),
    )
    state = replace(
        state, outcome=result, detail=detail, anomalies=_remembered(examination), origins=examination.origins
    )
    return Conclusion(outcome=outcome, state=state)


def _outcome(evaluation: Evaluation, examination: Examination) -> Outcome:
    if evaluation.feed is not None:
        return Outcome.UPDATED
    if examination.is_final:
        return Outcome.REFUSED
    return Outcome.HELD if examination.standing else Outcome.NOT_MODIFIED


def _detail(outcome: Outcome, examination: Examination) -> str:
    if examination.blocking:
        return "; ".join(f"{anomaly.rule}: {anomaly.detail}" for anomaly in examination.blocking) + "."
    if examination.quarantined:
        entries = len({anomaly.entry for anomaly in examination.quarantined})
        rest = "the rest is served" if outcome is Outcome.UPDATED else "nothing else is new"
        return f"{entries} {'entry is' if entries == 1 else 'entries are'} quarantined, and served as before; {rest}."
    return ""


def _remembered(examination: Examination) -> Mapping[str, int]:
    """The number of times that each anomaly came up; confirmed ones are dropped once their entries are served."""
    remembered: Iterable[Anomaly] = examination.anomalies if examination.blocking else examination.quarantined
    return {anomaly.key: anomaly.times for anomaly in remembered}


def _pending(anomaly: Anomaly) -> Pending:
    return Pending(rule=anomaly.rule.value, entry=anomaly.entry, detail=anomaly.detail, times=anomaly.times)
