"""The table of configurations. A new one is a file beside this one, and a row here."""

from __future__ import annotations

from llmanac.dialects.configs import aider, continue_dev, litellm_proxy, opencode
from llmanac.dialects.configs.config import Config

CONFIGS: tuple[Config, ...] = (aider.CONFIG, litellm_proxy.CONFIG, opencode.CONFIG, continue_dev.CONFIG)
"""Every configuration."""

CONFIG_BY_NAME = {it.name: it for it in CONFIGS}
