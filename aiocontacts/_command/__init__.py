# SPDX-License-Identifier: Apache-2.0
"""The command line: what each command is told, does and tells."""
