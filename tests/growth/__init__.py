"""What the store costs when it is large: docs/scaling.md says how it is measured."""
