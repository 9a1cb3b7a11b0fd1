"""Who pays: a card by number and PIN, a card by e-code, or a member by a payment code."""

from dataclasses import dataclass, field
from typing import assert_never
from uuid import UUID

from florin.crypto.ecode import normalise_ecode
from florin.crypto.vault import Vault
from florin.domain.card import Card
from florin.domain.card_life import CardOperation, CardStatus, is_expired, permit
from florin.domain.card_number import normalise
from florin.domain.declines import Decline
from florin.domain.journal import StrictAccount
from florin.domain.lots import Lots
from florin.domain.member_life import MemberOperation, permit_member
from florin.domain.personal_tier import WHOLE_PRICE
from florin.domain.pin_attempts import PinAttempts
from florin.domain.programme import Programme
from florin.domain.purchase import OwnerKind
from florin.domain.wallet import PaymentCode
from florin.storage.posting.group import Group
from florin.storage.posting.request import Wanted
from florin.storage.posting.working_rows import StaleFactsError


@dataclass(frozen=True, slots=True)
class CardAndPin:
    """A card's number as typed or scanned, and its PIN."""

    number: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardEcode:
    """The 100-bit code of an e-card; it needs no PIN."""

    ecode: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConsentCode:
    """A member's payment code: one payment, within seconds."""

    payment_code: str = field(repr=False)


PayWith = CardAndPin | CardEcode | ConsentCode


@dataclass(slots=True)
class Payer:
    """The owner of the money, with the accounts that hold it, and what it pays of a price."""

    kind: OwnerKind
    owner_id: UUID
    shard: int
    programme: Programme
    principal: StrictAccount
    bonus: StrictAccount | None
    card: Card | None = None
    consent: PaymentCode | None = None
    price_basis_points: int = WHOLE_PRICE

    @property
    def available(self) -> Lots:
        """What may be spent now, by lot, in minor units."""
        bonus_minor = self.bonus.available_minor if self.bonus else 0
        return Lots(self.principal.available_minor, bonus_minor)

    @property
    def balance_minor(self) -> int:
        """Both lots together, held money included."""
        return self.principal.balance_minor + (self.bonus.balance_minor if self.bonus else 0)

    def lots(self, amounts: Lots) -> list[tuple[int, StrictAccount]]:
        """The amounts with the accounts that they belong to, leaving out nothing-at-all."""
        pairs = ((amounts.principal_minor, self.principal), (amounts.bonus_minor, self.bonus))
        return [(amount_minor, account) for amount_minor, account in pairs if amount_minor and account]


def wanted_of(vault: Vault, pay_with: PayWith) -> Wanted:
    """What to lock for a payer."""
    match pay_with:
        case CardAndPin():
            return Wanted(number_index=vault.numbers.of(normalise(pay_with.number)))
        case CardEcode():
            code = normalise_ecode(pay_with.ecode)
            return Wanted(ecode_index=vault.ecodes.of(code) if code else None)
        case ConsentCode():
            return Wanted(payment_code_index=vault.payment_codes.of(pay_with.payment_code))
        case _:
            assert_never(pay_with)


def identify(group: Group, vault: Vault, pay_with: PayWith, wanted: Wanted) -> Payer | Decline:
    """The payer behind what was presented.

    A card that is unknown, has another PIN, is locked for wrong PINs, or has not been activated gets one answer and the
    same work, so that nothing about a card can be learned without its PIN. A wrong PIN is counted on the card.
    """
    match pay_with:
        case CardAndPin():
            return by_pin(group, vault, group.card_by_number(wanted.number_index or b""), pay_with.pin)
        case CardEcode():
            card = group.card_by_ecode(wanted.ecode_index or b"")
            return Decline.CARD_NOT_ACCEPTED if card is None else _card_in_use(group, card)
        case ConsentCode():
            return _by_payment_code(group, wanted.payment_code_index or b"")
        case _:
            assert_never(pay_with)


def by_pin(group: Group, vault: Vault, card: Card | None, pin: str) -> Payer | Decline:
    """The payer that a card is for whoever knows its PIN; see `identify` for what everybody else is told."""
    if card is None:
        vault.cards.dummy_check(pin)
        return Decline.CARD_NOT_ACCEPTED
    right = vault.cards.pin_matches(card.key_id, card.id.bytes, pin)
    attempts = PinAttempts(card.pin_failures, card.pin_locked_until)
    if attempts.is_locked(group.now):
        return Decline.CARD_NOT_ACCEPTED
    after = attempts.after_right() if right else attempts.after_wrong(group.now)
    if after != attempts:
        card.pin_failures, card.pin_locked_until = after.failures, after.locked_until
        group.save_card(card)
    return _card_in_use(group, card) if right else Decline.CARD_NOT_ACCEPTED


def _card_in_use(group: Group, card: Card) -> Payer | Decline:
    if card.status in (CardStatus.CREATED, CardStatus.IN_STOCK, CardStatus.SOLD):
        return Decline.CARD_NOT_ACCEPTED
    return card_payer(group, card)


def use_consent(group: Group, payer: Payer) -> None:
    """Spend the payment code that a payer was identified by; a declined request leaves it for another try."""
    if payer.consent is not None:
        group.use_payment_code(payer.consent)


def _by_payment_code(group: Group, code_index: bytes) -> Payer | Decline:
    code = group.payment_code(code_index)
    if code is None or not code.is_usable(group.now):
        return Decline.PAYMENT_CODE_INVALID
    payer = wallet_payer(group, code.member_id)
    payer.consent = code
    return payer


def card_payer(group: Group, card: Card) -> Payer:
    """The payer that a card is, its accounts locked."""
    principal_code, bonus_code = OwnerKind.CARD.lot_codes
    principal = _required(group.account(card.id, principal_code))
    programme = group.programme(card.programme_id)
    bonus = group.account(card.id, bonus_code)
    return Payer(OwnerKind.CARD, card.id, card.shard, programme, principal, bonus, card)


def wallet_payer(group: Group, member_id: UUID) -> Payer:
    """The payer that a member is, the wallet's accounts locked."""
    principal_code, bonus_code = OwnerKind.MEMBER.lot_codes
    principal = _required(group.account(member_id, principal_code))
    programme = group.programme(principal.programme_id)
    bonus = group.account(member_id, bonus_code)
    wallet = group.wallet(member_id)
    price_basis_points = WHOLE_PRICE if wallet is None else wallet.price_basis_points
    return Payer(
        OwnerKind.MEMBER,
        member_id,
        principal.shard,
        programme,
        principal,
        bonus,
        price_basis_points=price_basis_points,
    )


def payer_of(group: Group, owner_kind: OwnerKind, owner_id: UUID) -> Payer:
    """The payer of an earlier purchase or hold."""
    if owner_kind is OwnerKind.MEMBER:
        return wallet_payer(group, owner_id)
    card = group.card(owner_id)
    if card is None:
        raise StaleFactsError(f"card {owner_id} was not read")
    return card_payer(group, card)


def refused_by_life(
    group: Group, payer: Payer, card_operation: CardOperation, member_operation: MemberOperation
) -> Decline | None:
    """The decline by which the life cycle of the payer's card or account refuses an operation, if it does."""
    if payer.card is not None:
        expired = is_expired(payer.card.expires_on, group.business_date(payer.programme))
        following = permit(card_operation, payer.card.status, payer.card.block, expired=expired)
        return following if isinstance(following, Decline) else None
    wallet = group.wallet(payer.owner_id)
    if wallet is None:
        raise StaleFactsError(f"member {payer.owner_id} was not read")
    standing = permit_member(member_operation, wallet.status)
    return standing if isinstance(standing, Decline) else None


def _required(account: StrictAccount | None) -> StrictAccount:
    if account is None:
        raise StaleFactsError("a payer without a principal account")
    return account
