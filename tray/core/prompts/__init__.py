"""Prompts that are sent from here."""
