"""Owns keeping the key out of all that is shown: whoever gives it back to us, and in whatever form."""

HIDDEN = "<key>"


def hide(text: str, key: str) -> str:
    """Take the key out of a text, also where it is quoted as Python or JSON quote it."""
    if not key:
        return text
    quoted = key.replace("\\", "\\\\")
    for form in (quoted.replace('"', '\\"'), quoted.replace("'", "\\'"), quoted, key):
        text = text.replace(form, HIDDEN)
    return text
