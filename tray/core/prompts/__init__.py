"""Prompts that this program sends."""
