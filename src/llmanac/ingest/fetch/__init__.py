"""Fetching sources over the network, within bounds."""
