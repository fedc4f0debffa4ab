"""Lets `python -m reconciler` be the command line."""

from reconciler.cli.main import run

run()
