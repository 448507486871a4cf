# SPDX-License-Identifier: Apache-2.0
"""The door to dnspython, the optional extra ``srv``: SRV and TXT records (RFC 6764 section 5)."""

from __future__ import annotations

from typing import final

import dns.exception
import dns.rdatatype
from dns.asyncresolver import Resolver, get_default_resolver
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from ._resolver import Service


@final
class DnsResolver:
    """Looks records up with the resolvers of this machine, or with one of yours."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._resolver = resolver

    async def services(self, name: str, /) -> list[Service]:
        """The SRV records of a name; none where there are none, or no resolver answers."""
        return [
            Service(
                record.target.to_text(omit_final_dot=True),
                record.port,
                record.priority,
                record.weight,
            )
            for record in await self._records(name, dns.rdatatype.SRV)
            if isinstance(record, SRV)
        ]

    async def texts(self, name: str, /) -> list[str]:
        """The strings of a name's TXT records, each by itself."""
        return [
            part.decode("utf-8", "replace")
            for record in await self._records(name, dns.rdatatype.TXT)
            if isinstance(record, TXT)
            for part in record.strings
        ]

    async def _records(self, name: str, kind: dns.rdatatype.RdataType) -> list[object]:
        try:
            resolver = self._resolver or get_default_resolver()
            return list(await resolver.resolve(name, kind))
        except dns.exception.DNSException:
            return []
