"""Owns the question whether a long text may have lost its line breaks: LinkedIn's archive turns them into spaces.

The real ones are gone, so a text without any is trusted only where it is short and shows no sign of a list.
"""

import re

MAX_CHARACTERS = 160  # a text up to here, without a sign of a list, is taken for one paragraph
_RUN = re.compile(r"\s{2,}")
_BULLET = re.compile(r"(?:^|\s)[•·▪●◦‣∙■□➤►▸✓✔★◆–—*+-]\s*(?=\S)")
_PLAIN_BULLET = re.compile(r"(?:^|\s)[•▪●◦‣∙■□➤►▸✓✔★◆]")
_NUMBER = re.compile(r"(?:^|\s)\d{1,2}[.)]\s")


def may_be_flattened(text: str) -> bool:
    """Tell whether a text may once have had line breaks that it has no more."""
    if "\n" in text:
        return False
    if len(text) > MAX_CHARACTERS or _RUN.search(text) or _PLAIN_BULLET.search(text):
        return True
    return bool(_BULLET.match(text)) or len(_NUMBER.findall(text)) > 1 or len(_BULLET.findall(text)) > 1
