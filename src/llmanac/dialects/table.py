"""The table of dialects. A new one is a file beside this one, and a row here."""

from __future__ import annotations

from llmanac.dialects import inference

CONTRACT = inference.DIALECT
"""The contract's dialect, which applies at every path that has no other."""

DIALECTS = (CONTRACT,)
