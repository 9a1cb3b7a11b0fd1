"""Field 86 of MT940, information to the account owner, in the dialects that banks write it in.

German banks: a code, then subfields ``?20...``; in their text the words of SEPA, ``EREF+...SVWZ+...``. Dutch and other
banks: ``/EREF/.../REMI/...``. All others: plain text. Source: DFÜ-Abkommen, annex 3, chapter 8.2 (Deutsche
Kreditwirtschaft); Rabobank and ABN AMRO, descriptions of their MT940 structured.
"""

import re
from typing import Final, NamedTuple

from florin.domain.statement_line import LineDetails

_SUBFIELDS: Final = re.compile(r"\?([0-9]{2})")
_STRUCTURED: Final = re.compile(r"[0-9]{3}\?")
_PURPOSE: Final = frozenset({*(f"{each}" for each in range(20, 30)), *(f"{each}" for each in range(60, 64))})
_WORDS: Final = re.compile(
    r"(EREF\+|KREF\+|MREF\+|CRED\+|DEBT\+|SVWZ\+|ABWA\+|ABWE\+|IBAN\+|BIC\+|COAM\+|OAMT\+|MTLG:)"
)
_SLASHED: Final = re.compile(
    r"/(EREF|BENM|ORDP|NAME|REMI|ISDT|MARF|CSID|IBAN|BIC|PREF|TRTP|TRCD|ADDR|RTRN|PURP|ULTD|ULTB)/"
)
_NONE: Final = frozenset({"", "NOTPROVIDED", "NONREF"})


class Information(NamedTuple):
    """What the field says: the payer's end-to-end id, the batch that the entry stands for, text and other party."""

    end_to_end: str | None = None
    batch: str | None = None
    text: str = ""
    party: str | None = None
    party_account: str | None = None

    def details(self, supplement: str) -> LineDetails | None:
        """What is to be kept sealed, with the supplement of the entry itself."""
        text = "\n".join(part for part in (self.text, supplement) if part)
        return LineDetails(text or None, self.party, self.party_account) if text or self.party else None


NO_INFO: Final = Information()


def read_information(text: str) -> Information:
    """What a field says, whatever its dialect; lines that were broken for want of room are joined."""
    joined = "".join(line.ljust(1) for line in text.split("\n"))
    if _STRUCTURED.match(joined):
        return _german(joined)
    if _SLASHED.search(joined):
        return _slashed(joined)
    return Information(text="\n".join(line.rstrip() for line in text.split("\n") if line.strip()))


def _german(joined: str) -> Information:
    parts = _SUBFIELDS.split(joined)
    fields = list(zip(parts[1::2], parts[2::2], strict=True))
    purpose = "".join(value for code, value in fields if code in _PURPOSE)
    said = {name[:-1]: value for name, value in _named(_WORDS, purpose).items()}
    names = "".join(value for code, value in fields if code in {"32", "33"})
    account = next((value for code, value in fields if code == "31"), "")
    return Information(
        end_to_end=_reference(said.get("EREF")),
        batch=_reference(said.get("KREF")),
        text=purpose.strip(),
        party=" ".join(names.split()) or None,
        party_account=account.strip() or None,
    )


def _slashed(joined: str) -> Information:
    said = _named(_SLASHED, joined)
    return Information(
        end_to_end=_reference(said.get("EREF")),
        batch=_reference(said.get("PREF")),
        text=joined.strip(),
        party=said.get("NAME") or None,
        party_account=said.get("IBAN") or None,
    )


def _named(names: re.Pattern[str], text: str) -> dict[str, str]:
    """The parts of a text by the word that each begins with; of equal words the first counts."""
    parts = names.split(text)
    said: dict[str, str] = {}
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        said.setdefault(name, value.strip())
    return said


def _reference(text: str | None) -> str | None:
    return None if text is None or text in _NONE else text
