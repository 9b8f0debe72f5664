"""Tokens, cost and quotas."""
