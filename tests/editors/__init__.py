"""Tests of what editors make of a profile and its schema."""
