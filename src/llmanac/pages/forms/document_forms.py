"""The forms of overlays and policies: which of a document's fields stand where, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable

from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Capability, ModelKind
from llmanac.pages.forms.form_field import (
    CHECKS,
    CHOICE,
    ITEM_LINES,
    ITEMS,
    LONG_TEXT,
    PAIRS,
    TIERS,
    YES_NO,
    FieldGroup,
    Form,
    FormField,
)
from llmanac.rules.overlay import CLEARABLE


def _named(values: Iterable[str]) -> dict[str, str]:
    return {value: value.replace("_", " ") for value in values}


MATCHING, ADDED, ADDED_HOST = (frozenset({way}) for way in ("match", "add", "add_host"))
OFFERS = MATCHING | ADDED
"""The ways of a rule that states something of offers."""

MATCH = FormField("match", "Ids or globs, one a line", ITEM_LINES, "azure/*\nopenai/gpt-5.5")
WHERE = FormField("where", "Filters, all of which must pass", PAIRS, "provider = azure\nmin_price = 10")
REASON = FormField("reason", "Reason", LONG_TEXT, "Our contract of May")
DESCRIPTION = FormField("description", "Description", LONG_TEXT)

RATES = {
    "input": "Input",
    "output": "Output",
    "cache_read": "Cache read",
    "cache_write": "Cache write",
    "cache_write_1h": "Cache write, 1 hour",
    "cache_write_12h": "Cache write, 12 hours",
    "reasoning": "Reasoning",
    "input_audio": "Audio in",
    "input_image": "Images in",
    "output_audio": "Audio out",
    "output_image": "Images out",
}

OVERLAY = Form(
    (
        FieldGroup(
            "",
            (
                FormField("name", "Name", hint="corp"),
                DESCRIPTION,
                FormField("priority", "Priority: overlays of a higher one lie above", hint="0"),
            ),
        ),
    )
)

OVERLAY_RULE = Form(
    (
        FieldGroup(
            "What it is about",
            (MATCH, WHERE),
            "An offer has to fit one of the ids, and every filter.",
            only_for=MATCHING,
        ),
        FieldGroup(
            "The offer",
            (
                FormField("add.id", "Id", hint="corp/our-model"),
                FormField("add.like", "Like: what is not stated is taken from this offer", hint="openai/gpt-5.5"),
                FormField("add.base", "Base model"),
            ),
            only_for=ADDED,
        ),
        FieldGroup(
            "The host",
            (
                FormField("add_host.id", "Id", hint="corp"),
                FormField("add_host.name", "Name", hint="Our own machines"),
                FormField("add_host.api", "Base URL of its API", hint="https://models.corp.example/v1"),
                FormField("add_host.npm", "AI SDK package", hint="@ai-sdk/openai-compatible"),
                FormField("add_host.doc", "Documentation"),
                FormField("add_host.env", "Environment variables of its keys", ITEMS, "CORP_API_KEY"),
                FormField("add_host.litellm_prefix", "Prefix of LiteLLM's ids"),
            ),
            only_for=ADDED_HOST,
        ),
        FieldGroup(
            "Price",
            (
                FormField("set.discount", "Discount on every price", hint="0.15 is 15 %"),
                FormField("set.factor", "Factor of every price", hint="1.2 is a fifth more"),
                *(FormField(f"set.rates.{name}", label) for name, label in RATES.items()),
                FormField(
                    "set.tiers", "Rates of larger contexts, one tier a line", TIERS, "200000: input=6 output=22.5"
                ),
                FormField("set.price_state", "State of the price", CHOICE, choices=_named(PriceState)),
            ),
            "Rates are USD per million tokens.",
            only_for=OFFERS,
            is_folded=True,
        ),
        FieldGroup(
            "Known to us alone",
            (
                FormField("set.approved", "Approved", CHOICE, choices=YES_NO),
                FormField("set.owner", "Owner", hint="ml-platform"),
                FormField("set.tags", "Tags", ITEMS, "preferred, or +preferred to add it"),
                FormField("set.notes", "Notes", LONG_TEXT),
                FormField("set.regions", "Regions of its data", ITEMS, "eu"),
                FormField("set.retention_days", "Days that data is retained", hint="0"),
                FormField("set.trains_on_data", "Trains on data", CHOICE, choices=YES_NO),
                FormField("set.certifications", "Certifications", ITEMS, "ISO 27001"),
            ),
            only_for=OFFERS,
            is_folded=True,
        ),
        FieldGroup(
            "Names and calls",
            (
                FormField("set.name", "Name"),
                FormField("set.aliases", "Aliases", ITEMS, "+our-default"),
                FormField("set.litellm", "Id at LiteLLM", hint="azure/our-deployment"),
                FormField("set.api_base", "Base URL that LiteLLM calls"),
                FormField("set.family", "Family"),
                FormField("set.kind", "Kind", CHOICE, choices=_named(ModelKind)),
            ),
            only_for=OFFERS,
            is_folded=True,
        ),
        FieldGroup(
            "Abilities and limits",
            (
                FormField("set.limits.context", "Context, tokens", hint="200000"),
                FormField("set.limits.output", "Longest output, tokens"),
                FormField("set.limits.input", "Longest input, tokens"),
                FormField("set.capabilities", "Capabilities", ITEMS, "+tool_call, -vision"),
                FormField("set.modalities.input", "Input media", ITEMS, "text, image"),
                FormField("set.modalities.output", "Output media", ITEMS, "text"),
                FormField("set.open_weights", "Open weights", CHOICE, choices=YES_NO),
            ),
            f"Capabilities are {', '.join(Capability)}.",
            only_for=OFFERS,
            is_folded=True,
        ),
        FieldGroup(
            "Life",
            (
                FormField("set.status", "Status", CHOICE, choices=_named(("alpha", "beta", "deprecated"))),
                FormField("set.release_date", "Released", hint="2026-11-01"),
                FormField("set.knowledge", "Knowledge until", hint="2026-06"),
                FormField("set.deprecated_on", "Deprecated on", hint="2027-01-31"),
                FormField("set.retires_on", "Retires on"),
                FormField("set.retires_not_before", "Retires not before"),
                FormField("set.successor", "Successor", hint="openai/gpt-5.5"),
            ),
            only_for=OFFERS,
            is_folded=True,
        ),
        FieldGroup(
            "Unknown for all that we know",
            (
                FormField(
                    "set.unset", "Of the sources' fields, none of these is served", CHECKS, choices=_named(CLEARABLE)
                ),
            ),
            only_for=OFFERS,
            is_folded=True,
        ),
        FieldGroup(
            "Why, and when",
            (
                REASON,
                FormField("valid_from", "Holds from", hint="2026-12-01"),
                FormField("valid_until", "Holds until", hint="2026-12-31"),
                FormField("reviewed", "Reviewed on", hint="what the sources say on that day counts as known"),
            ),
        ),
    ),
    ways={"match": "Changes offers", "add": "Adds an offer", "add_host": "Adds a host"},
)

POLICY = Form(
    (
        FieldGroup(
            "",
            (
                FormField("name", "Name", hint="eu-only"),
                DESCRIPTION,
                FormField(
                    "default", "What no rule is about is", CHOICE, choices={"allow": "allowed", "deny": "denied"}
                ),
                FormField(
                    "new_arrivals",
                    "New arrivals",
                    CHOICE,
                    choices={"allow": "are let in", "quarantine": "wait until somebody approves them"},
                ),
                FormField("since", "Counted as new since", hint="2026-11-01T00:00:00Z; since it was first written"),
            ),
        ),
        FieldGroup(
            "Whom it is given to, beside the tokens that are made with it",
            (
                FormField("given_to.everyone", "Everyone", CHOICE, choices=YES_NO),
                FormField("given_to.claims", "Values of a JWT's claims, one a line", PAIRS, "groups = research"),
            ),
        ),
    )
)
POLICY_RULE = Form(
    (
        FieldGroup("What it does", (FormField("effect", "It", CHOICE, choices={"allow": "allows", "deny": "denies"}),)),
        FieldGroup("What it is about", (MATCH, WHERE), "An offer has to fit one of the ids, and every filter."),
        FieldGroup("Why", (REASON,), "Shown to whom it denies a model."),
    )
)
AUTO_APPROVAL = Form(
    (
        FieldGroup("What it is about", (MATCH, WHERE), "An offer has to fit one of the ids, and every filter."),
        FieldGroup("Why", (REASON,)),
    )
)
