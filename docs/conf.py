# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds these pages; ``nox -s docs`` runs it with warnings as errors."""

from __future__ import annotations

import ast
import sys
from inspect import getsource

import aiocontacts

for name in aiocontacts.__all__:
    getattr(aiocontacts, name)

# What is imported late is linked too.
for module in [one for name, one in sys.modules.items() if name.startswith("aiocontacts.")]:
    for node in ast.parse(getsource(module)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            imports = ast.Module(node.body, [])
            exec(compile(imports, module.__name__, "exec"), vars(module))  # noqa: S102 - our own

project = "aiocontacts"
author = "The aiocontacts maintainers"
copyright = author
release = version = aiocontacts.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "changelog.d"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True

default_role = "code"
nitpicky = True
suppress_warnings = ["ref.python"]  # ETag is a value in one package and a strategy in another
nitpick_ignore_regex = [
    # The documentation of others is not asked for over the network, so their names stay unlinked.
    ("py:.*", r"(aiohttp|collections|contextlib|datetime|os|types|xml)\..*|Element"),
    # What is private, and type variables, have no page to link to.
    ("py:.*", r"aiocontacts\.(.*\.)?_.*"),
]

html_theme = "furo"
html_title = f"aiocontacts {release}"
