"""Edit a text of the simulator's profile, as its owner would in the browser: no tool is told."""

import json
import os
import sys
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from reconciler.profile.load import load


def main(profile: str, section: str, text: str, base_url: str) -> None:
    """Put another text where a section is; all else stays."""
    account_id = load(profile).desired.account_id
    url = f"http://{urlsplit(base_url).netloc}/_simulator/profile?account_id={quote(account_id, safe='')}"
    opener = build_opener(ProxyHandler({}))
    with opener.open(url) as answer:
        live = json.load(answer)
    live["sections"][section] = text
    opener.open(Request(url, json.dumps(live).encode(), method="PUT")).close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], os.environ["POSTPRESS_BASE_URL"])
