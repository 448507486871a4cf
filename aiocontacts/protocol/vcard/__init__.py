# SPDX-License-Identifier: Apache-2.0
"""vCards: lines that lose nothing, and the values that people look for in them."""

from ._card import VCard
from ._dates import PartialDate
from ._dialects import spoken
from ._draft import Draft
from ._heads import Parameter
from ._lines import Line
from ._matching import matches
from ._merge import Conflict, Merged, merge
from ._names import Name, Organization
from ._photo import Photo
from ._stream import read_cards
from ._values import Address, Email, Event, Im, Phone, Relation, Url
from ._versions import in_version

__all__ = [
    "Address",
    "Conflict",
    "Draft",
    "Email",
    "Event",
    "Im",
    "Line",
    "Merged",
    "Name",
    "Organization",
    "Parameter",
    "PartialDate",
    "Phone",
    "Photo",
    "Relation",
    "Url",
    "VCard",
    "in_version",
    "matches",
    "merge",
    "read_cards",
    "spoken",
]
