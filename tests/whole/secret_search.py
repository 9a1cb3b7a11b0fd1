"""Looking for secrets, also where they wear one of the usual disguises."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

_GAP: Final = r"[ .:/_-]{0,3}"
_OFFSETS: Final = range(3)
"""Where in a base64 text a secret may begin: the letters at its edges depend on what is before and behind it."""


def disguises(secret: str) -> dict[str, str]:
    """The forms of a secret that are looked for, as regular expressions by name; the case of letters is ignored."""
    raw = secret.encode()
    forms = {
        "as it is": re.escape(secret),
        "backwards": re.escape(secret[::-1]),
        "with gaps": _GAP.join(map(re.escape, re.sub(r"[ -]", "", secret))),
        "in hexadecimal": raw.hex(),
        "percent-encoded": re.escape(quote(secret, safe="")),
        "escaped": re.escape(secret.encode("ascii", "backslashreplace").decode()),
    }
    for offset in _OFFSETS:
        forms[f"in base64 at {offset}"] = f"(?-i:{re.escape(_base64_core(raw, offset))})"
    if secret.isdigit():
        # Digits alone occur by chance in any digest; a secret of digits stands between other characters.
        for name in ("as it is", "backwards", "with gaps", "percent-encoded", "escaped"):
            forms[name] = f"(?:(?<![0-9A-Fa-f])|(?<=%[0-9A-Fa-f]{{2}})){forms[name]}(?![0-9A-Fa-f])"
    return forms


def _base64_core(raw: bytes, offset: int) -> str:
    """What all base64 texts of these bytes have in common that begin so many bytes after a multiple of three."""
    text = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
    first = -(-offset * 8 // 6)
    last = (offset + len(raw)) * 8 // 6
    return text[first:last]


class SecretSearch:
    """A search for several secrets, by their names."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._patterns = [
            (f"{name} {form}", re.compile(pattern, re.IGNORECASE))
            for name, secret in secrets.items()
            for form, pattern in disguises(secret).items()
        ]

    def found_in(self, text: str) -> list[str]:
        """The names of the secrets that a text reveals, with how."""
        return [name for name, pattern in self._patterns if pattern.search(text)]

    def found_in_all(self, texts: Iterable[tuple[str, str]]) -> Iterator[str]:
        """The same over many texts with names of their own."""
        for place, text in texts:
            yield from (f"{name}, in {place}" for name in self.found_in(text))
