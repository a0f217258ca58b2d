"""Tests of the rules, without a store."""
