# SPDX-License-Identifier: Apache-2.0
"""vCards: lines that lose nothing, and the values that people look for in them."""

from aiocontacts.protocol import Photo

from ._card import VCard
from ._dates import PartialDate
from ._dialects import spoken
from ._draft import Draft
from ._editing import all_or_nothing
from ._heads import Parameter
from ._kinds import SCHEMES
from ._lines import Line
from ._matching import casemap, matches
from ._merge import Conflict, Merged, merge
from ._names import Name, Organization
from ._naming import complete_name
from ._stream import read_cards
from ._texts import several
from ._values import (
    Address,
    CustomField,
    Email,
    Event,
    Im,
    Labelled,
    Phone,
    Place,
    Relation,
    Url,
)
from ._versions import in_version
from ._view import paired

__all__ = [
    "SCHEMES",
    "Address",
    "Conflict",
    "CustomField",
    "Draft",
    "Email",
    "Event",
    "Im",
    "Labelled",
    "Line",
    "Merged",
    "Name",
    "Organization",
    "Parameter",
    "PartialDate",
    "Phone",
    "Photo",
    "Place",
    "Relation",
    "Url",
    "VCard",
    "all_or_nothing",
    "casemap",
    "complete_name",
    "in_version",
    "matches",
    "merge",
    "paired",
    "read_cards",
    "several",
    "spoken",
]
