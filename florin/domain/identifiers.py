"""Identifiers: UUID version 7 with the shard in the lowest ten bits, and their prefixed form on the wire."""

from datetime import UTC, datetime, timedelta
from typing import Final, NewType
from uuid import UUID, SafeUUID

Shard = NewType("Shard", int)

SHARD_BITS: Final = 10
SHARDS: Final = 1 << SHARD_BITS
RANDOM_BITS: Final = 74 - SHARD_BITS

_VERSION_7: Final = 0x7 << 76
_VARIANT_RFC_9562: Final = 0b10 << 62
_HEX_DIGITS: Final = 32
_UNIX_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_new: Final = object.__new__
_set: Final = object.__setattr__

PREFIXES: Final = {
    "activation": "act",
    "api_key": "key",
    "balance_ending": "bln",
    "break": "brk",
    "break_proposal": "bpr",
    "card": "card",
    "case": "cas",
    "cash_order": "cod",
    "closure": "clo",
    "closure_payout": "cpo",
    "contact": "ctc",
    "counterparty": "cpy",
    "customer": "cus",
    "day_reopening": "dro",
    "delivery": "dlv",
    "delivery_key": "dky",
    "event": "evt",
    "fee_terms": "ftm",
    "funding_refund": "frf",
    "hold": "hld",
    "issue": "iss",
    "journal": "jrn",
    "login": "lgn",
    "loss": "los",
    "match": "mtc",
    "matching_run": "mrn",
    "member": "mbr",
    "merchant": "mer",
    "merchant_acceptor": "mcp",
    "merchant_account": "mac",
    "merchant_debt_payment": "mdp",
    "merchant_payout": "mpo",
    "merchant_statement": "mst",
    "merchant_terms": "mtm",
    "netting_payout": "npo",
    "netting_statement": "nst",
    "notice": "ntc",
    "order": "ord",
    "payment": "pmt",
    "payment_code": "pay",
    "payment_finding": "pfn",
    "payment_refund": "prf",
    "payout_account": "pac",
    "payout_file": "pof",
    "person": "psn",
    "product": "prd",
    "proof_run": "prv",
    "programme": "prg",
    "purchase": "pur",
    "receipt": "rct",
    "refund": "rfd",
    "refund_account": "rac",
    "replacement": "rpl",
    "review": "rvw",
    "session": "ses",
    "statement": "stm",
    "statement_file": "stf",
    "statement_line": "stl",
    "suspense_item": "sus",
    "suspense_payout": "spo",
    "suspense_resolution": "srs",
    "terminal": "ter",
    "voiding": "vdg",
    "voucher": "vch",
    "webhook": "whk",
}


def compose_id(unix_ms: int, random_bits: int, shard: int) -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7): 48 bits of time, 64 random bits and, last, 10 bits of shard.

    ``unix_ms`` is milliseconds since 1970, ``random_bits`` an integer below ``2**64``, ``shard`` one below 1024.
    The time comes first so that new rows land at the end of an index; the shard comes last so that an id alone
    tells where its row lives.
    """
    if not (0 <= unix_ms < 1 << 48 and 0 <= random_bits < 1 << RANDOM_BITS and 0 <= shard < SHARDS):
        raise ValueError("time, randomness or shard out of range")
    random_high = random_bits >> (62 - SHARD_BITS)
    random_low = random_bits & ((1 << (62 - SHARD_BITS)) - 1)
    low = _VARIANT_RFC_9562 | random_low << SHARD_BITS | shard
    return _uuid_of(unix_ms << 80 | _VERSION_7 | random_high << 64 | low)


def _uuid_of(value: int) -> UUID:
    """``UUID(int=value)`` of a number known to fit, in a third of the time: the constructor tells six forms apart.

    A posting makes several ids, and their making is a tenth of its processor time.
    """
    made: UUID = _new(UUID)
    _set(made, "int", value)
    _set(made, "is_safe", SafeUUID.unknown)
    return made


def first_id_at(moment: datetime) -> UUID:
    """Not an id of ours, but what comes before every id that was made at that millisecond or later."""
    return UUID(int=(moment - _UNIX_EPOCH) // timedelta(milliseconds=1) << 80)


def shard_of(identifier: UUID) -> Shard:
    """The shard that an id of ours carries."""
    return Shard(identifier.int & (SHARDS - 1))


def wire_id(kind: str, identifier: UUID) -> str:
    """The id as clients see it: ``card_`` and 32 hexadecimal digits."""
    return f"{PREFIXES[kind]}_{identifier.hex}"


def parse_id(kind: str, text: str) -> UUID:
    """The id behind its wire form; ``ValueError`` for another prefix, length or alphabet."""
    prefix, _, digits = text.partition("_")
    if prefix != PREFIXES[kind] or len(digits) != _HEX_DIGITS or not set(digits) <= set("0123456789abcdef"):
        raise ValueError(not_an_id(kind))
    return UUID(hex=digits)


def not_an_id(kind: str) -> str:
    """What is said of a text that is no id of that kind: ``not an id of a card``."""
    article = "an" if kind[0] in "aeiou" else "a"
    return f"not an id of {article} {kind.replace('_', ' ')}"
