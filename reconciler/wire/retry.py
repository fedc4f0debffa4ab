"""Owns how long to wait before the next try: the API's own word, else exponential backoff with jitter."""

import random

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 60.0
JITTER_SECONDS = 0.5
AT_ONCE = 10  # tries; a server that says "at once" for ever is not taken at its word for ever


def next_wait(tries: int, retry_after: float | None) -> float:
    """Return the seconds to wait after `tries` tries: about 0.5, 1, 2, 4 …; the first wait is at most 1."""
    if retry_after is not None and (retry_after > 0 or tries <= AT_ONCE):
        return retry_after
    tries = tries if retry_after is None else tries - AT_ONCE
    doubled = FIRST_SECONDS * 2.0 ** min(tries - 1, 10)
    return min(doubled, LONGEST_SECONDS) + random.uniform(0, JITTER_SECONDS)  # noqa: S311 - no secret
