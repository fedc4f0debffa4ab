"""Carries a plan out, one request at a time."""
