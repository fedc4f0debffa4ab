"""Make one page of a profile as a visitor sees it, before and after; the extra `preview` holds what it needs."""
