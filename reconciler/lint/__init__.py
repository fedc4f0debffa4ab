"""Lint: what the API accepts in a profile and people regret, as rules with a reason and a source each."""
