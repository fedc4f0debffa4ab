"""Owns how long to wait before the next try: the API's own word, else exponential backoff with jitter (tenacity)."""

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 60.0
JITTER_SECONDS = 0.5


def next_wait(tries: int, retry_after: float | None) -> float:
    """Give the seconds to wait after `tries` tries: about 0.5, 1, 2, 4 …; the first is at most 1."""
    if retry_after is not None:
        return retry_after
    from tenacity import RetryCallState, Retrying, wait_exponential_jitter

    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = tries
    return float(wait_exponential_jitter(FIRST_SECONDS, LONGEST_SECONDS, 2, JITTER_SECONDS)(state))
