# SPDX-License-Identifier: Apache-2.0
"""Values as vobject writes them: every comma of a text has a backslash, and nothing needless has.

Its parser ends a text at the first comma that has none, and takes a backslash that it does not know
for one of the text.  It knows no list of nicknames.  In N and CATEGORIES commas part; ADR and ORG
may hold some, and then need the backslash as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ._escapes import OLD
from ._heads import QUOTED_PRINTABLE
from ._lines import Line
from ._text import lists_of, parts_of

# It has no escapes in this one.
_AS_IT_STANDS: Final = {"GEO"}
_LISTS: Final = {"CATEGORIES", "NICKNAME"}
_SPECIAL: Final = re.compile(r"[\\,;]")


def vobject_values(line: Line, version: str) -> Sequence[str]:
    """The value of a line as vobject writes it; those of a list that it knows for none, singly."""
    encoding = line.head.encoding
    if line.name in _AS_IT_STANDS or (encoding and encoding != QUOTED_PRINTABLE):
        return (line.value,)
    if line.name in _LISTS:
        every = [_escaped(one) for one in parts_of(line, version, ",")]
        return every if line.name == "NICKNAME" else (",".join(every),)
    if line.name == "N" and version != OLD:
        return (";".join(",".join(map(_escaped, part)) for part in lists_of(line, version)),)
    return (";".join(map(_escaped, parts_of(line, version))),)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")
