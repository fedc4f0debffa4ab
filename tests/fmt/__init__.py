"""Tests of the form that fmt gives a profile file."""
