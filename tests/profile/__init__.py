"""Tests of the reading of profiles."""
