# SPDX-License-Identifier: Apache-2.0
"""An account's address books: found, described, read, searched and written."""
