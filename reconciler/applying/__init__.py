"""Carry a plan out: send, record before and after, retry what may be repeated, and stop truthfully."""
