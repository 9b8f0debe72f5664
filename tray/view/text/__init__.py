"""Sentences and figures that several outputs share."""
