"""OpenRouter's export of activity."""

from __future__ import annotations

import io
from typing import Any

from llmanac.usage.reader import UsageReader
from llmanac.usage.record import NotPricedReason, UsageCounts

HEADER = (
    "generation_id,created_at,cost_total,cost_web_search,byok_usage_inference,tokens_prompt,tokens_completion,"
    "tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,num_search_results,app_name\n"
)
ROWS = (
    "gen-1782618417-a,2026-06-28 03:46:57.713,0.0123,0,0,10389,137,100,4000,openai/gpt-oss-120b,Groq,free,,Chat\n"
    "gen-1782618418-b,2026-06-28 03:46:58.000,0.0123,0,0.5,10,1,0,0,openai/gpt-4o,OpenAI,standard,,Chat\n"
    "gen-1782618419-c,2026-06-28 03:46:59.000,0.0123,0,0,x,1,0,0,openai/gpt-4o,OpenAI,standard,,Chat\n"
    "gen-1782618420-d,2026-06-28 03:47:00.000,0.0123,0.02,0,10,1,0,0,openai/gpt-4o,OpenAI,standard,5,Chat\n"
)


def test_rows_are_requests_at_openrouter_in_utc() -> None:
    text = b"\xef\xbb\xbf" + (HEADER + ROWS).encode()
    outcomes: list[Any] = [outcome for _, _, outcome in UsageReader(fields=("app_name",)).read(io.BytesIO(text))]
    first, own_key, broken, searched = outcomes
    assert (first.model, first.host, first.is_sure) == ("openai/gpt-oss-120b:free", "openrouter", True)
    assert first.reading.counts == UsageCounts(input=10389, cache_read=4000, output=137, reasoning=100)
    # The id holds the seconds since 1970 of the same moment.
    assert int(first.at.timestamp()) == 1782618417
    assert own_key.reason is NotPricedReason.OWN_KEY
    assert broken.reason is NotPricedReason.BAD_COUNT
    assert searched.reading.extras == (("search_results", 5),)
    assert searched.fields["app_name"] == "Chat"
