"""Owns keeping the key out of all that is shown: whoever gives it back to us, and in whatever form."""

HIDDEN = "<key>"
LEAST = 6  # letters; a shorter one, as people give a simulator, is no secret, and a piece of many words


def hide(text: str, key: str) -> str:
    """Take the key out of a text, also where it is quoted as Python or JSON quote it."""
    if len(key) < LEAST:
        return text
    quoted = key.replace("\\", "\\\\")
    for form in (quoted.replace('"', '\\"'), quoted.replace("'", "\\'"), quoted, key):
        text = text.replace(form, HIDDEN)
    return text
