"""Usage logs in, usage records out: what vendors, gateways and coding agents write down of their requests."""
