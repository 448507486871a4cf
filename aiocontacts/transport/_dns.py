# SPDX-License-Identifier: Apache-2.0
"""The door to dnspython, the optional extra ``srv``: SRV and TXT records (RFC 6764 section 5)."""

from __future__ import annotations

from typing import final

import dns.asyncresolver
import dns.exception
import dns.rdatatype
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from ._resolver import Service


@final
class DnsResolver:
    """Looks records up with the resolvers of this machine."""

    async def services(self, name: str, /) -> list[Service]:
        """The SRV records of a name; none where there are none, or no resolver answers."""
        records = await _records(name, dns.rdatatype.SRV)
        return [
            Service(
                record.target.to_text(omit_final_dot=True),
                record.port,
                record.priority,
                record.weight,
            )
            for record in records
            if isinstance(record, SRV)
        ]

    async def texts(self, name: str, /) -> list[str]:
        """The strings of a name's TXT records, each by itself."""
        records = await _records(name, dns.rdatatype.TXT)
        strings = [part for record in records if isinstance(record, TXT) for part in record.strings]
        return [part.decode("utf-8", "replace") for part in strings]


async def _records(name: str, kind: dns.rdatatype.RdataType) -> list[object]:
    try:
        return list(await dns.asyncresolver.resolve(name, kind, search=False))
    except dns.exception.DNSException:
        return []
