# SPDX-License-Identifier: Apache-2.0
"""x"""
class SharedContacts:
    def __init__(self, waist, root, domain): ...
