"""Sentences and figures shared by several outputs."""
