"""Measures a large store; docs/scaling.md describes how."""
