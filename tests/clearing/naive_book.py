"""The book as somebody would keep it who has never read ours: plain numbers, changed one after another.

It knows the rules from the documentation only and shares no code with the product; amounts are in minor units.
Each method takes the facts of a request, says what the answer must be (None for yes), and changes the numbers.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.clearing.naive_things import Activated, Consent, Kept, Purse, Shown, Sold, Thing

UNSOLD = ("created", "in_stock", "sold")
CAPS = {"bearer_gift": 1000_00, "recharge": 1000_00, "registered_gift": 5000_00, "wallet": 5000_00}
LOW = 20_00


@dataclass
class NaiveBook:
    """Everything that has happened so far, and the time."""

    now: datetime
    holds: list[Kept] = field(default_factory=list)
    sales: list[Sold] = field(default_factory=list)
    references: dict[tuple[str, str], tuple[str, Thing]] = field(default_factory=dict)

    def alive(self, hold: Kept) -> bool:
        return hold.status == "open" and self.now < hold.until

    def free(self, purse: Purse) -> tuple[int, int]:
        """Principal and bonus that no living hold reserves."""
        mine = [hold for hold in self.holds if hold.purse is purse and self.alive(hold)]
        return purse.principal - sum(h.principal for h in mine), purse.bonus - sum(h.bonus for h in mine)

    def taken(self, merchant: str, reference: str) -> str | None:
        """Why a new operation cannot have this reference."""
        past = self.references.get((merchant, reference))
        if past is None:
            return None
        return "already_reversed" if past[0] == "reverse" else "duplicate_reference"

    # Who pays -----------------------------------------------------------------------------------------------------

    def try_pin(self, card: Purse, *, right: bool) -> str | None:
        """Count a PIN; what the holder hears before anything about money is looked at."""
        locked = card.failures >= 10 or (card.locked_until is not None and self.now < card.locked_until)
        if locked:
            return "card_not_accepted"
        if not right:
            card.failures += 1
            card.locked_until = self.now + timedelta(hours=24) if card.failures == 5 else None
            return "card_not_accepted"
        card.failures, card.locked_until = 0, None
        return "card_not_accepted" if card.status in UNSOLD else None

    def standing(self, purse: Purse, *, stops: tuple[str, ...], blocked_member_may: bool = False) -> str | None:
        """What a card's or member's life says."""
        if not purse.is_card:
            may = ("registered", "active", "blocked") if blocked_member_may else ("registered", "active")
            return None if purse.status in may else "member_not_active"
        if purse.status != "active":
            return "card_redeemed" if purse.status == "redeemed" else "card_not_active"
        return "card_blocked" if purse.block in stops else None

    def new_code(self, wallet: Purse) -> Consent:
        """A payment code; the one before is worth nothing any more."""
        self._withdraw_code(wallet)
        wallet.code = Consent(self.now + timedelta(minutes=1))
        return wallet.code

    @staticmethod
    def _withdraw_code(wallet: Purse) -> None:
        if wallet.code is not None:
            wallet.code.worthless = True

    def identify(self, purse: Purse, shown: Shown) -> str | None:
        """Whether what is shown opens the card or wallet."""
        if isinstance(shown, Consent):
            return "payment_code_invalid" if shown.worthless or self.now >= shown.until else None
        if shown == "e-code":
            return "card_not_accepted" if purse.status in UNSOLD else None
        return self.try_pin(purse, right=shown == "right PIN")

    def admit(self, purse: Purse, merchant: str, shown: Shown) -> str | None:
        """Whether the merchant may be paid by it at all."""
        refusal = self.identify(purse, shown)
        if refusal:
            return refusal
        if merchant == "stranger":
            return "out_of_network"
        refusal = self.standing(purse, stops=("debit", "all"))
        return refusal or ("card_not_accepted" if purse.kind == "recharge" else None)

    # The verbs ----------------------------------------------------------------------------------------------------

    def buy(
        self, purse: Purse, merchant: str, amount: int, reference: str, *, shown: Shown, partial: bool
    ) -> str | None:
        refusal = self.taken(merchant, reference) or self.admit(purse, merchant, shown)
        if refusal:
            return refusal
        principal, bonus = self.free(purse)
        if amount > principal + bonus:
            if not partial or principal + bonus == 0:
                return "insufficient_funds"
            amount = principal + bonus
        self._use_up(shown)
        self._sell(purse, merchant, reference, amount, from_bonus=min(amount, bonus))
        return None

    @staticmethod
    def _use_up(shown: Shown) -> None:
        if isinstance(shown, Consent):
            shown.worthless = True

    def _sell(self, purse: Purse, merchant: str, reference: str, amount: int, *, from_bonus: int) -> None:
        sold = Sold(purse, merchant, amount - from_bonus, from_bonus, self.now)
        sold.low_notice = purse.total - amount < LOW <= purse.total
        purse.principal -= sold.principal
        purse.bonus -= sold.bonus
        purse.low_notices += sold.low_notice
        purse.movements += 1
        self.sales.append(sold)
        self.references[merchant, reference] = ("purchase", sold)

    def keep(self, purse: Purse, merchant: str, amount: int, reference: str, *, shown: Shown) -> str | None:
        refusal = self.taken(merchant, reference) or self.admit(purse, merchant, shown)
        if refusal:
            return refusal
        principal, bonus = self.free(purse)
        if amount > principal + bonus:
            return "insufficient_funds"
        self._use_up(shown)
        from_bonus = min(amount, bonus)
        kept = Kept(purse, merchant, amount - from_bonus, from_bonus, self.now + timedelta(minutes=10))
        self.holds.append(kept)
        self.references[merchant, reference] = ("hold", kept)
        return None

    def _not_open(self, kept: Kept, merchant: str) -> str | None:
        if kept.merchant != merchant:
            return "hold_not_found"
        if self.alive(kept):
            return None
        return "hold_expired" if kept.status == "open" else "hold_not_open"

    def capture(self, kept: Kept, merchant: str, amount: int, reference: str) -> str | None:
        refusal = self.taken(merchant, reference) or self._not_open(kept, merchant)
        if refusal:
            return refusal
        if amount > kept.principal + kept.bonus:
            return "capture_exceeds_hold"
        refusal = self.standing(kept.purse, stops=(), blocked_member_may=True)
        if refusal:
            return refusal
        kept.status = "captured"
        self._sell(kept.purse, merchant, reference, amount, from_bonus=min(amount, kept.bonus))
        return None

    def release(self, kept: Kept, merchant: str) -> str | None:
        refusal = self._not_open(kept, merchant)
        if refusal is None:
            kept.status = "released"
        return refusal

    def _give_back(self, sold: Sold, amount: int) -> None:
        # Bonus is spent first, so what stays spent is bonus as far as there is any.
        bonus_left = sold.bonus - sold.back_bonus
        bonus = bonus_left - min(sold.left - amount, bonus_left)
        sold.back_bonus += bonus
        sold.back_principal += amount - bonus
        home = sold.home
        home.bonus += bonus
        home.principal += amount - bonus
        home.movements += 1

    def _not_standing(self, sold: Sold, merchant: str) -> str | None:
        if sold.merchant != merchant:
            return "purchase_not_found"
        return None if sold.stands else "already_reversed"

    def refund(self, sold: Sold, merchant: str, amount: int, reference: str) -> str | None:
        refusal = self.taken(merchant, reference) or self._not_standing(sold, merchant)
        if refusal:
            return refusal
        if amount > sold.left:
            return "refund_exceeds_remaining"
        refusal = self.standing(sold.home, stops=("credit", "all"), blocked_member_may=True)
        if refusal:
            return refusal
        if sold.home.total + amount > CAPS[sold.home.kind]:
            return "refund_above_cap"
        self._give_back(sold, amount)
        self.references[merchant, reference] = ("refund", None)
        return None

    def refund_by_reference(self, merchant: str, original: str, amount: int, reference: str) -> str | None:
        verb, thing = self.references.get((merchant, original), (None, None))
        if isinstance(thing, Sold):
            return self.refund(thing, merchant, amount, reference)
        not_sold = "already_reversed" if verb == "reverse" else "purchase_not_found"
        return self.taken(merchant, reference) or not_sold

    def void(self, sold: Sold, merchant: str) -> str | None:
        refusal = self._not_standing(sold, merchant)
        if refusal:
            return refusal
        if self.now - sold.at > timedelta(hours=24):
            return "void_window_passed"
        if sold.left < sold.principal + sold.bonus:
            return "partly_refunded"
        refusal = self.standing(sold.home, stops=("credit", "all"), blocked_member_may=True)
        if refusal:
            return refusal
        self._give_back(sold, sold.left)
        sold.stands = False
        return None

    def reverse(self, merchant: str, reference: str) -> str | None:
        verb, thing = self.references.setdefault((merchant, reference), ("reverse", None))
        match thing:
            case Sold():
                return self._reverse_sale(thing)
            case Kept():
                if thing.status == "captured":
                    return "not_reversible"
                if self.alive(thing):
                    thing.status = "released"
                return None
            case Activated():
                return self._reverse_activation(thing)
            case _:
                return None if verb == "reverse" else "not_reversible"

    def _reverse_sale(self, sold: Sold) -> str | None:
        if not sold.stands:
            return None
        if sold.left and self.now - sold.at > timedelta(hours=24):
            return "reversal_window_passed"
        refusal = self.standing(sold.home, stops=("credit", "all"), blocked_member_may=True) if sold.left else None
        if refusal:
            return refusal
        if sold.left:
            self._give_back(sold, sold.left)
        sold.stands = False
        return None

    def _reverse_activation(self, sale: Activated) -> str | None:
        card = sale.card
        if not sale.stands:
            return None
        if self.now - sale.at > timedelta(hours=24):
            return "reversal_window_passed"
        if card.status not in ("sold", "active"):
            return "card_redeemed" if card.status == "redeemed" else "card_not_active"
        if card.movements != sale.movements or sum(self.free(card)) != card.face:
            return "not_reversible"
        sale.stands = False
        card.principal, card.status, card.sold_by = 0, "in_stock", None
        card.movements += 1
        return None

    def sell(self, card: Purse, merchant: str, reference: str) -> str | None:
        refusal = self.taken(merchant, reference) or ("out_of_network" if merchant == "stranger" else None)
        if refusal:
            return refusal
        if card.status != "in_stock":
            return "card_not_sellable"
        if card.block != "none":
            return "card_blocked"
        card.status, card.sold_by = "sold", merchant
        self.references[merchant, reference] = ("sell", None)
        return None

    def activate(self, card: Purse, merchant: str, reference: str) -> str | None:
        refusal = self.taken(merchant, reference) or ("out_of_network" if merchant == "stranger" else None)
        if refusal:
            return refusal
        if card.status not in ("in_stock", "sold"):
            return "card_not_sellable"
        if card.block != "none":
            return "card_blocked"
        if card.status == "sold" and card.sold_by != merchant:
            return "card_not_sellable"
        card.status, card.sold_by = "active", merchant
        card.principal += card.face
        card.movements += 1
        self.references[merchant, reference] = ("activate", Activated(card, self.now, card.movements))
        return None

    def redeem(self, card: Purse, wallet: Purse, *, right_pin: bool, really: bool = True) -> str | None:
        refusal = self.standing(wallet, stops=()) or self.try_pin(card, right=right_pin)
        if refusal:
            return refusal
        if card.kind == "registered_gift":
            return "card_not_accepted"
        refusal = self.standing(card, stops=("debit", "all"))
        if refusal:
            return refusal
        if card.total == 0:
            return "insufficient_funds"
        if sum(self.free(card)) != card.total:
            return "open_holds"
        if wallet.total + card.total > CAPS["wallet"]:
            return "limit_exceeded"
        if not wallet.named and wallet.total + card.total > 1000_00:
            return "real_name_required"
        if really:
            wallet.principal += card.principal
            wallet.bonus += card.bonus
            card.principal = card.bonus = 0
            card.status, card.loaded_into, wallet.status = "redeemed", wallet, "active"
        return None

    def inquire(self, card: Purse, shown: Shown) -> str | None:
        return self.identify(card, shown) or self.standing(card, stops=())

    # Operators ----------------------------------------------------------------------------------------------------

    def set_block(self, card: Purse, block: str) -> str | None:
        """Set or lift a block; to lift one also forgives wrong PINs."""
        if card.status not in (*UNSOLD, "active"):
            return "card_redeemed" if card.status == "redeemed" else "card_not_active"
        card.block = block
        if block == "none":
            card.failures, card.locked_until = 0, None
        return None

    def void_card(self, card: Purse) -> str | None:
        if card.status not in ("created", "in_stock"):
            return "card_not_voidable"
        card.status = "voided"
        return None

    def set_member(self, wallet: Purse, operation: str) -> str | None:
        """Block, unblock or close a member's account."""
        if wallet.status == "closed" or (operation == "close" and wallet.status == "blocked"):
            return "member_not_active"
        if operation == "close":
            if wallet.total:
                return "balance_remains"
            wallet.status = "closed"
            self._withdraw_code(wallet)
        elif operation == "block":
            wallet.before_block = wallet.status if wallet.status != "blocked" else wallet.before_block
            wallet.status = "blocked"
            self._withdraw_code(wallet)
        elif wallet.status == "blocked":
            wallet.status = wallet.before_block
        return None
