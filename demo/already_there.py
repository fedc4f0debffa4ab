"""Put the entries of a profile that have an id into the simulator, as LinkedIn would have them, and list them."""

import json
import os
import sys
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from reconciler.profile.load import load
from reconciler.spec import ENTRY_SECTIONS


def main(profile: str, base_url: str) -> None:
    """Replace the simulator's profile of the account by those entries."""
    desired = load(profile).desired
    live: dict[str, list[dict[str, str]]] = {section: [] for section in ENTRY_SECTIONS}
    for address, wanted in desired.wanted.items():
        if wanted.id is not None:
            live[address.partition(".")[0]].append({"id": wanted.id})
            print(f"  {address}  (id {wanted.id})")
    url = f"http://{urlsplit(base_url).netloc}/_simulator/profile?account_id={quote(desired.account_id, safe='')}"
    request = Request(url, json.dumps(live).encode(), method="PUT")
    build_opener(ProxyHandler({})).open(request).close()


if __name__ == "__main__":
    main(sys.argv[1], os.environ["POSTPRESS_BASE_URL"])
