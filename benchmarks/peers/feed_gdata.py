# SPDX-License-Identifier: Apache-2.0
"""gdata's own client follows the links of a feed, one page after the other.

It makes objects of what it reads, and keeps no bytes of an entry that could be compared with the
server's: so what is counted are the entries with a key, a version and a name.
"""

from __future__ import annotations

import argparse
from urllib.parse import urljoin

from gdata.contacts.client import ContactsClient  # pyright: ignore[reportMissingImports]

from benchmarks.measure import Measurement, client_options


def _read(url: str) -> int:
    client = ContactsClient(source="benchmark")
    client.ssl = False
    keys: set[str] = set()
    while url:
        feed = client.get_contacts(uri=url)
        for entry in feed.entry:
            assert entry.etag
            assert entry.name.full_name.text
            keys.add(entry.id.text.rpartition("/")[2])
        following = feed.find_next_link()
        url = urljoin(url, following) if following else ""
    return len(keys)


def _main() -> None:
    parser: argparse.ArgumentParser = client_options(__doc__)
    parser.add_argument("--page", type=int, default=1000)
    options = parser.parse_args()
    measurement = Measurement("gdata", options)
    for name in measurement.names():
        with measurement.turn(name):
            measurement.extra["entries"] = _read(f"{options.book}?max-results={options.page}")
    measurement.report()


if __name__ == "__main__":
    _main()
