"""The file that makes somebody a merchant here: where the provider is, who he is, and whose signature he believes."""

import os
import socket
import tomllib
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import Final

from florin.sandbox_provider.signing import SigningKey

MERCHANT_FILE: Final = "merchant.toml"

_MERCHANT: Final = """\
# What a merchant needs to be paid through this provider. Florin reads it as it is (FLORIN_PAYMENT_PROVIDERS).
[sandbox]
kind = "sandbox"
unit = "CNY"
least_minor = 1
most_minor = 5000000
address = "{address}"
merchant_id = "{merchant_id}"
api_key = "{api_key}"

[sandbox.public_keys]
"{serial}" = "{public_key}"
"""


def write_merchant_file(data_dir: Path, listener: socket.socket, key: SigningKey) -> tuple[str, str]:
    """Write what the merchant needs, with his name and key of the first start; returns these two."""
    path = data_dir / MERCHANT_FILE
    host, port, *_ = listener.getsockname()
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    try:
        former = tomllib.loads(path.read_text("utf-8"))["sandbox"]
        merchant_id, api_key = str(former["merchant_id"]), str(former["api_key"])
    except FileNotFoundError:
        merchant_id, api_key = f"sandbox{token_hex(4)}", token_urlsafe(24)
    content = _MERCHANT.format(
        address=address,
        merchant_id=merchant_id,
        api_key=api_key,
        serial=key.serial,
        public_key=key.public_key,
    )
    unfinished = path.with_suffix(".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return merchant_id, api_key
