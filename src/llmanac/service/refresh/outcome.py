"""From what a source said, and what was found in it, to its line in the record and how it stands from now on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from llmanac.ingest.fetch.fetcher import Unmodified
from llmanac.ingest.guard.rules import Anomaly, Examination
from llmanac.service.refresh.candidate import Evaluation
from llmanac.service.refresh.records import MOST_PENDING, Outcome, Pending, SourceOutcome, SourceState
from llmanac.service.refresh.sources import Failure, Payload, SourceResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a refresh comes to for one source."""

    outcome: SourceOutcome
    state: SourceState


def outcome_of(
    state: SourceState,
    answer: SourceResponse,
    *,
    finding: Evaluation | None,
    upstream_sha256: str | None,
    now: datetime,
) -> Conclusion:
    """The sum of one source.

    ``finding`` is None where nothing was to be examined; ``upstream_sha256`` is that of what was, or of what is
    served.
    """
    wire = answer.said.wire_bytes if isinstance(answer.said, Payload) else 0
    size = answer.said.compressed.size if isinstance(answer.said, Payload) else 0
    line = SourceOutcome(
        name=state.name,
        outcome=Outcome.NOT_MODIFIED,
        wire_bytes=wire,
        size=size,
        duration_s=answer.duration_s,
        sha256=upstream_sha256,
    )
    if isinstance(answer.said, Failure):
        return _failed(state, line, detail=answer.said.detail, stalled=answer.said.stalled, pause=answer.said, now=now)
    if finding is not None and finding.failure is not None:
        return _failed(state, line, detail=finding.failure, now=now)
    state = _reached(state, answer.said, sha256=upstream_sha256, now=now)
    if finding is None or finding.verdict is None:
        return Conclusion(outcome=line, state=replace(state, outcome=Outcome.NOT_MODIFIED, detail=""))
    return _examined(state, line, finding, verdict=finding.verdict)


def _failed(
    state: SourceState,
    line: SourceOutcome,
    *,
    detail: str,
    now: datetime,
    stalled: bool = False,
    pause: Failure | None = None,
) -> Conclusion:
    pause_s = pause.pause_s if pause else None
    return Conclusion(
        outcome=replace(line, outcome=Outcome.FAILED, detail=detail, stalled=stalled),
        state=replace(
            state,
            outcome=Outcome.FAILED,
            detail=detail,
            failures=state.failures + 1,
            not_before=state.not_before if pause_s is None else now + timedelta(seconds=pause_s),
        ),
    )


def _reached(state: SourceState, said: Payload | Unmodified, *, sha256: str | None, now: datetime) -> SourceState:
    state = replace(state, checked_at=now, failures=0, not_before=None, seen_sha256=sha256)
    if isinstance(said, Unmodified):
        return state
    return replace(
        state,
        etag=said.validators.etag,
        last_modified=said.validators.last_modified,
        asked_in_full_at=now,
    )


def _examined(state: SourceState, line: SourceOutcome, finding: Evaluation, *, verdict: Examination) -> Conclusion:
    anomalies = (*verdict.blocking, *verdict.quarantined)
    outcome = _outcome(finding, verdict)
    detail = _detail(outcome, verdict)
    line = replace(
        line,
        outcome=outcome,
        detail=detail,
        added=verdict.tally.added,
        removed=verdict.tally.removed,
        changed=verdict.tally.changed,
        repriced=verdict.tally.repriced,
        rejects=finding.rejects,
        unknown_keys=finding.unknown_keys,
        pending=tuple(map(_pending, anomalies[:MOST_PENDING])),
        pending_count=len(anomalies),
    )
    return Conclusion(
        outcome=line, state=replace(state, outcome=outcome, detail=detail, anomalies=_remembered(verdict))
    )


def _outcome(finding: Evaluation, verdict: Examination) -> Outcome:
    if finding.feed is not None:
        return Outcome.UPDATED
    if verdict.is_final:
        return Outcome.REFUSED
    return Outcome.HELD if verdict.blocking or verdict.quarantined else Outcome.NOT_MODIFIED


def _detail(outcome: Outcome, verdict: Examination) -> str:
    if verdict.blocking:
        return "; ".join(f"{anomaly.rule}: {anomaly.detail}" for anomaly in verdict.blocking) + "."
    if verdict.quarantined:
        entries = len({anomaly.entry for anomaly in verdict.quarantined})
        rest = "the rest is served" if outcome is Outcome.UPDATED else "nothing else is new"
        return f"{entries} {'entry is' if entries == 1 else 'entries are'} held as before; {rest}."
    return ""


def _remembered(verdict: Examination) -> Mapping[str, int]:
    """How often each anomaly came up. One that was confirmed is forgotten once what it was about is served."""
    remembered: Iterable[Anomaly] = verdict.anomalies if verdict.blocking else verdict.quarantined
    return {anomaly.key: anomaly.times for anomaly in remembered}


def _pending(anomaly: Anomaly) -> Pending:
    return Pending(rule=anomaly.rule.value, entry=anomaly.entry, detail=anomaly.detail, times=anomaly.times)
