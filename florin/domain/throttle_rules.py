"""How often people may try: the window, the limit and what is counted, for each door that can be knocked at.

A window begins with the first attempt and is fixed, so at its turn up to twice the limit can pass; the limits allow
for that. An attempt is charged *before* the work that it asks for. If failures were counted afterwards, a hundred
guesses at once would all be looked at before the first was counted.

Guesses at tills are the exception, because an approved purchase must not pay for a throttle: they are counted once they
are known to be wrong. What was under way by then is paid for with time: each full limit costs another window.
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from florin.domain.declines import Decline

_QUARTER_S: Final = 15 * 60
_HOUR_S: Final = 3600
_DAY_S: Final = 24 * _HOUR_S
_IPV6_SITE_BITS: Final = 64


class Counts(StrEnum):
    """What uses a limit up."""

    ATTEMPTS = auto()  # everything that is asked for, whatever comes of it
    FAILURES = auto()  # an attempt is charged first, and given back when it succeeds


@dataclass(frozen=True, slots=True)
class ThrottleRule:
    """At most ``limit`` attempts or failures of one subject in a window of ``window_s`` seconds."""

    name: str
    limit: int
    window_s: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Refused because a limit is used up; the window ends in ``retry_after_s`` seconds, at least one."""

    retry_after_s: int

    @property
    def decline(self) -> Decline:
        """The decline that tells the caller."""
        return Decline.RATE_LIMITED


# Signing in. Failures, so that an honest crowd behind one address, or a busy evening, never locks anyone out. NIST SP
# 800-63B, section 5.2.2, allows 100 failures in a row for an account: ten in a quarter of an hour are far below what
# guessing an eight-character password needs. A member has three names, so an account takes at most three limits.
SIGN_IN_BY_NAME: Final = ThrottleRule("sign_in_by_name", 10, _QUARTER_S, Counts.FAILURES)
SIGN_IN_BY_ADDRESS: Final = ThrottleRule("sign_in_by_address", 50, _QUARTER_S, Counts.FAILURES)
SIGN_IN_IN_TOTAL: Final = ThrottleRule("sign_in_in_total", 3000, _QUARTER_S, Counts.FAILURES)

# A stolen session does not know the password: it may not guess it either.
PASSWORD_BY_MEMBER: Final = ThrottleRule("password_by_member", 10, _QUARTER_S, Counts.FAILURES)

# The people who work with Florin sign in at a door of their own, so that whoever hammers the members' door locks no
# operator out. In total they are few, so far fewer failures than the members' are still far above their mistakes.
DESK_BY_NAME: Final = ThrottleRule("desk_by_name", 10, _QUARTER_S, Counts.FAILURES)
DESK_BY_ADDRESS: Final = ThrottleRule("desk_by_address", 50, _QUARTER_S, Counts.FAILURES)
DESK_IN_TOTAL: Final = ThrottleRule("desk_in_total", 1000, _QUARTER_S, Counts.FAILURES)

# A stolen session of theirs may guess neither the password nor the code that an action asks for: of a million codes
# three are right at a time, so ten guesses in a quarter of an hour take most of a year to find one.
PASSWORD_BY_LOGIN: Final = ThrottleRule("password_by_login", 10, _QUARTER_S, Counts.FAILURES)
CODE_BY_LOGIN: Final = ThrottleRule("code_by_login", 10, _QUARTER_S, Counts.FAILURES)

# Registration. It tells which names, mails and mobiles are taken, so the refused ones are counted: nobody walks through
# a list of mail addresses. Those who succeed are not, or the staff of a company could not register from one office.
REGISTRATION_BY_ADDRESS: Final = ThrottleRule("registration_by_address", 30, _HOUR_S, Counts.FAILURES)
REGISTRATION_IN_TOTAL: Final = ThrottleRule("registration_in_total", 3000, _HOUR_S, Counts.FAILURES)

# Payment codes. Attempts: a telephone shows a fresh one every ten seconds at most, and each costs a write.
PAYMENT_CODE_BY_MEMBER: Final = ThrottleRule("payment_code_by_member", 60, 600, Counts.ATTEMPTS)

# Balance inquiry by number and PIN, without signing in. By address it is attempts, because whoever tries a stolen list
# of cards succeeds too; in total it is failures, because honest inquiries must not use up what everybody shares.
CARD_INQUIRY_BY_ADDRESS: Final = ThrottleRule("card_inquiry_by_address", 30, _QUARTER_S, Counts.ATTEMPTS)
CARD_INQUIRY_IN_TOTAL: Final = ThrottleRule("card_inquiry_in_total", 3000, _QUARTER_S, Counts.FAILURES)

# Claim links. Nobody guesses 128 bits; the limits keep the database from being asked in vain. Failures, because the
# staff of a whole company open their links from one office on the same morning.
CLAIM_BY_ADDRESS: Final = ThrottleRule("claim_by_address", 60, _QUARTER_S, Counts.FAILURES)
CLAIM_IN_TOTAL: Final = ThrottleRule("claim_in_total", 3000, _QUARTER_S, Counts.FAILURES)

# Codes that confirm a closure. Ten are sent for one at most, each to be tried five times; these limits keep them from
# being sent and tried in a minute, and at the door without a session from being looked for at closure after closure.
# Codes are counted by account: whoever calls a closure off and asks again would have fresh ones to guess each time.
CLOSURE_CODES_BY_HOLDER: Final = ThrottleRule("closure_codes_by_holder", 3, _QUARTER_S, Counts.ATTEMPTS)
CLOSURE_PROOF_BY_ADDRESS: Final = ThrottleRule("closure_proof_by_address", 30, _QUARTER_S, Counts.FAILURES)
CLOSURE_PROOF_BY_MEMBER: Final = ThrottleRule("closure_proof_by_member", 10, _QUARTER_S, Counts.FAILURES)

# Asking for one's own closure. Each request and each calling off sends its member a mail, so a stolen session could
# fill a mailbox, and bury in it what its owner should read. Counted are closures that were begun, not repetitions and
# refusals; nobody leaves five times in a day, and customer service can always begin one, as calling off is always open.
CLOSURE_REQUESTS_BY_MEMBER: Final = ThrottleRule("closure_requests_by_member", 5, _DAY_S, Counts.FAILURES)

# Loading cards into a wallet, and asking what a load would bring: one limit for both, or whoever tries a list of card
# numbers would go on at the other door. Failures, so that a stack of cards can be loaded one by one.
LOADS_BY_MEMBER: Final = ThrottleRule("loads_by_member", 20, _QUARTER_S, Counts.FAILURES)

# Wrong PINs, e-codes and payment codes at tills: in purchases, alone and in lists, in holds and a till's inquiries.
# Where one in twenty mistypes, 300 in a quarter of an hour are 6,000 payments by card under one key, seven a second:
# more than the checkouts of a hypermarket take. A guess at a PIN is right once in 10^8 times and ten wrong ones lock a
# card for good, so a stolen key guesses right once in ten years, if it has ten million card numbers to try. All keys
# together may do what a hundred can; each adds to that up to its own limit only, or one thief could stop every till.
# Clearing files are exempt: an operator takes them in by hand, when the goods have long been handed over.
TILL_GUESSES_BY_KEY: Final = ThrottleRule("till_guesses_by_key", 300, _QUARTER_S, Counts.FAILURES)
TILL_GUESSES_IN_TOTAL: Final = ThrottleRule("till_guesses_in_total", 30_000, _QUARTER_S, Counts.FAILURES)

# Payments through providers. Whoever tries stolen bank cards begins one payment after another, and few of them succeed:
# so attempts are limited by member and address, and payments that are not paid by member and in total. An honest member
# tops up a few times a month and gives up now and then; an office behind one address does so at most all at once.
PAYMENTS_BY_MEMBER: Final = ThrottleRule("payments_by_member", 20, _HOUR_S, Counts.ATTEMPTS)
PAYMENTS_BY_ADDRESS: Final = ThrottleRule("payments_by_address", 60, _HOUR_S, Counts.ATTEMPTS)
UNPAID_BY_MEMBER: Final = ThrottleRule("unpaid_by_member", 10, _DAY_S, Counts.FAILURES)
UNPAID_IN_TOTAL: Final = ThrottleRule("unpaid_in_total", 3000, _QUARTER_S, Counts.FAILURES)

RULES: Final = (
    SIGN_IN_BY_NAME,
    SIGN_IN_BY_ADDRESS,
    SIGN_IN_IN_TOTAL,
    PASSWORD_BY_MEMBER,
    DESK_BY_NAME,
    DESK_BY_ADDRESS,
    DESK_IN_TOTAL,
    PASSWORD_BY_LOGIN,
    CODE_BY_LOGIN,
    REGISTRATION_BY_ADDRESS,
    REGISTRATION_IN_TOTAL,
    PAYMENT_CODE_BY_MEMBER,
    CARD_INQUIRY_BY_ADDRESS,
    CARD_INQUIRY_IN_TOTAL,
    CLAIM_BY_ADDRESS,
    CLAIM_IN_TOTAL,
    CLOSURE_CODES_BY_HOLDER,
    CLOSURE_PROOF_BY_ADDRESS,
    CLOSURE_PROOF_BY_MEMBER,
    CLOSURE_REQUESTS_BY_MEMBER,
    LOADS_BY_MEMBER,
    TILL_GUESSES_BY_KEY,
    TILL_GUESSES_IN_TOTAL,
    PAYMENTS_BY_MEMBER,
    PAYMENTS_BY_ADDRESS,
    UNPAID_BY_MEMBER,
    UNPAID_IN_TOTAL,
)
"""Every rule; each has a name of its own."""


def network_of(address: str) -> str:
    """The network that a throttle counts a client's address as.

    An IPv4 address counts as itself, an IPv6 address as its /64, because one household or host owns at least that many
    (RFC 6177). What is no IP address (a Unix socket) counts as the text that it is.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), _IPV6_SITE_BITS), strict=False))
