"""Make the times in a state file an hour older: LinkedIn may show an edit late, so a read soon after says nothing."""

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=Z)")


def main(state: str) -> None:
    """Rewrite the file."""
    path = Path(state)

    def earlier(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) - timedelta(hours=1)).isoformat()

    path.write_text(TIME.sub(earlier, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
