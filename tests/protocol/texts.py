# SPDX-License-Identifier: Apache-2.0
"""Texts to be written as XML: all that it can hold (XML 1.0 section 2.2), and what is tricky."""

from __future__ import annotations

from hypothesis import strategies as st

_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r"]

CHARACTERS = st.characters(
    exclude_categories=["Cs"], exclude_characters=[*_CONTROLS, "\ufffe", "\uffff"]
)
TEXTS = st.text(CHARACTERS) | st.text("<>&\"']\r\n\t x")
