"""The peers that llmanac is measured beside: a limit of the machine, or what one could use instead."""
