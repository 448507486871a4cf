# SPDX-License-Identifier: Apache-2.0
"""What servers do differently, as data: one row for each quirk.

Most quirks are borne everywhere, since a client that is strict with some servers is wrong on
others; they stand here to be named, tested and looked up.  A few change what we do: those are
asked for with ``name in profile``.  The names are the same in the server for tests, in the tests
and in the documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._quirk import Quirk
from ._quirks_reading import READING
from ._quirks_writing import WRITING

QUIRKS: Final[Mapping[str, Quirk]] = {**READING, **WRITING}
"""Every quirk we know of, by name."""
