# SPDX-License-Identifier: Apache-2.0
"""Service accounts that no domain knows."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.oauth2 import service_account


def service() -> Any:
    """Credentials of a service account with a fresh key, and without a scope or a subject."""
    key = rsa.generate_private_key(65537, 2048)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    kind: Any = service_account.Credentials
    return kind.from_service_account_info(
        {
            "client_email": "robot@example.iam.gserviceaccount.com",
            "private_key": text.decode(),
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )
