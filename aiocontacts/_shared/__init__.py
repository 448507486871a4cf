# SPDX-License-Identifier: Apache-2.0
"""A domain's shared contacts: the verbs of an address book, over the feed."""
