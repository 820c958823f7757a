"""The pages of those who may write: overlays, policies, arrivals, and what refreshes hold."""
