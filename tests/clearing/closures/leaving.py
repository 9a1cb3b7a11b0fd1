"""Members and card holders who leave, our people who let them, and what stands in the book afterwards."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.batch.payouts.payout_files import make_payout_file
from florin.clearing.closures.approve_closure import ApproveClosure, approve_closure
from florin.clearing.closures.cancel_closure import CancelClosure, cancel_closure, cancel_own_closure
from florin.clearing.closures.closure_payouts import CLOSURE_PAYOUTS
from florin.clearing.closures.confirm_closure import confirm_by_code, confirm_by_totp, confirm_own_by_code
from florin.clearing.closures.hand_over_cash import hand_over_cash
from florin.clearing.closures.holder import Shown
from florin.clearing.closures.name_account import NameAccount, accept_account, name_account
from florin.clearing.closures.request_closure import PayTo, close_card, close_members_account, close_own_account
from florin.clearing.membership.record_identity import sealed_identity
from florin.clearing.payouts.book_payout import ReturnPayout, SettlePayout, return_payout, settle_payout
from florin.domain.bank_account import BankAccount
from florin.domain.closure import Closure
from florin.domain.closure_payout import ClosurePayout
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.people import Actor
from florin.domain.throttle_rules import RateLimited
from florin.storage.closures.closures import closure_of, find_closure, payouts_of
from florin.storage.members.sessions import SignedIn
from florin.storage.payouts.payout_files import PayoutFile
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer, Caller
from tests.clearing.desk import Desk
from tests.corporate import TOTP_SECRET, code_at
from tests.till import fresh
from tests.world import KnownCard

NAME: Final = "张小蜜"
IDENTITY: Final = Identity.read(NAME, DocumentKind.PASSPORT, "E12345678")
ACCOUNT: Final = BankAccount.read(NAME, "中国蜂蜜银行", "6222021001234567")
OTHER_ACCOUNT: Final = BankAccount.read(NAME, "Bank of Honey", "6222029999999999")
MAIL: Final = "xiaomi@example.com"
ADDRESS: Final = "192.0.2.9"
DAYS: Final = 3


Said = Answer | Decline | RateLimited


@dataclass
class Leaving(Desk):
    """Who leaves, and who of ours has a part in it."""

    # Who leaves -------------------------------------------------------------------------------------------------------

    async def member(
        self, principal_minor: int = 100_00, bonus_minor: int = 0, *, totp: bool = False, named: bool = True
    ) -> SignedIn:
        """A member with a mail address and, unless told otherwise, a name on record."""
        world, vault = self.world, self.world.vault
        member = world.member(principal_minor=principal_minor)
        world.connection.execute(
            "UPDATE member SET mail_encrypted = %s, identity_encrypted = %s, totp_secret_encrypted = %s,"
            " totp_confirmed_at = %s WHERE id = %s",
            (
                vault.mails.seal(MAIL.encode(), member.id.bytes),
                sealed_identity(vault, member.id, IDENTITY) if named else None,
                vault.totp_secrets.seal(TOTP_SECRET.encode(), member.id.bytes) if totp else None,
                self.now if totp else None,
                member.id,
            ),
        )
        who = self.signed_in(member)
        if bonus_minor:
            card = world.card(kind="recharge", principal_minor=1, bonus_minor=bonus_minor)
            loaded = await self.till.at(member).redeem(card.by_pin)
            assert loaded.decline is None, loaded
        return who

    def card(self, principal_minor: int = 100_00, bonus_minor: int = 0) -> KnownCard:
        """A registered card of the same holder."""
        card = self.world.card(kind="registered_gift", principal_minor=principal_minor, bonus_minor=bonus_minor)
        sealed = self.world.vault.card_identities.seal(msgspec.json.encode(IDENTITY), card.id.bytes)
        self.world.insert("card_holder", card_id=card.id, shard=0, identity_encrypted=sealed, recorded_at=self.now)
        return card

    # What they do -----------------------------------------------------------------------------------------------------

    async def request(
        self,
        who: SignedIn,
        account: BankAccount | None = ACCOUNT,
        *,
        in_cash: bool = False,
        by: Actor | None = None,
        key: str | None = None,
    ) -> Said:
        """The member asks, or somebody of ours in the member's place."""
        pay_to = PayTo(None if in_cash else account, in_cash)
        key = key or fresh("key")
        if by is None:
            return await close_own_account(self.house, who, pay_to, key, self.now)
        return await close_members_account(self.house, by, who.member_id, pay_to, key, self.now)

    async def request_card(
        self, card: KnownCard, account: BankAccount | None = ACCOUNT, *, shown: Identity = IDENTITY
    ) -> Said:
        """Customer service asks for a card's holder."""
        pay_to, key = PayTo(account), fresh("key")
        return await close_card(self.house, self.corporate.operator, card.id, Shown(shown, MAIL), pay_to, key, self.now)

    def code(self, closure_id: UUID) -> str:
        """The code that was mailed last for a closure."""
        found = self.world.rows(
            "SELECT id, secret_encrypted FROM notice WHERE cause LIKE %s ORDER BY id",
            f"closure:{closure_id.hex}:code:%",
        )
        notice_id, sealed = found[-1]
        secret = self.world.vault.notice_secrets.open(sealed, notice_id.bytes)
        return str(msgspec.json.decode(secret)["code"])

    async def confirm(self, closure_id: UUID, code: str | None = None, address: str = ADDRESS) -> Said:
        """Whoever has the code types it."""
        return await confirm_by_code(self.house, closure_id, code or self.code(closure_id), address, self.now)

    async def confirm_own(self, who: SignedIn, code: str) -> Said:
        return await confirm_own_by_code(self.house, who, code, self.now)

    async def confirm_totp(self, who: SignedIn, details_hash: bytes, code: str | None = None) -> Said:
        return await confirm_by_totp(self.house, who, code or code_at(self.now), details_hash, self.now)

    async def cancel(self, who: SignedIn, key: str | None = None) -> Said:
        return await cancel_own_closure(self.house, who, key or fresh("key"))

    async def refuse(self, closure_id: UUID, *, by: Actor | None = None) -> Said:
        command = CancelClosure(closure_id, "the document was not hers")
        return await cancel_closure(self.house, by or self.corporate.operator, command, fresh("key"))

    async def approve(
        self,
        closure_id: UUID,
        amount_minor: int | None = None,
        *,
        by: Actor | None = None,
        key: str | None = None,
        proof: CodeProof | None = None,
    ) -> Said:
        """A manager approves what there is to approve, or ``amount_minor``."""
        actor, closure = by or self.corporate.manager, await self.closure(closure_id)
        if amount_minor is None:
            amount_minor = closure.principal_minor + self.world.balance(closure.owner_id).principal_minor
        command = ApproveClosure(closure_id, amount_minor, closure.details_hash)
        return await approve_closure(self.house, actor, command, proof or self.proof(actor), key or fresh("key"))

    async def pay(self) -> PayoutFile | Decline:
        """Finance makes a file of what is due."""
        return await make_payout_file(self.house, self.corporate.finance, self.world.home, self.now)

    async def settle(self, payout_id: UUID, reference: str | None = None) -> Said:
        command = SettlePayout(payout_id, reference or fresh("bank"))
        return await settle_payout(self.house, self.corporate.finance, CLOSURE_PAYOUTS, command, fresh("key"))

    async def send_back(self, payout_id: UUID) -> Said:
        command = ReturnPayout(payout_id, fresh("bank"), "no such account")
        return await return_payout(self.house, self.corporate.finance, CLOSURE_PAYOUTS, command, fresh("key"))

    async def hand_over(self, payout_id: UUID, key: str | None = None) -> Said:
        return await hand_over_cash(self.house, self.corporate.finance, payout_id, key or fresh("key"))

    async def name(self, payout_id: UUID, account: BankAccount = OTHER_ACCOUNT, *, by: Actor | None = None) -> Said:
        return await name_account(self.house, by or self.corporate.operator, NameAccount(payout_id, account))

    async def accept(self, payout_id: UUID, *, by: Actor | None = None) -> Said:
        actor = by or self.corporate.manager
        return await accept_account(self.house, actor, payout_id, self.proof(actor))

    # All of it at once ------------------------------------------------------------------------------------------------

    async def verified(self, who: SignedIn, account: BankAccount | None = ACCOUNT, *, in_cash: bool = False) -> UUID:
        """A closure that its member has confirmed."""
        closure_id = subject(await self.request(who, account, in_cash=in_cash))
        assert subject(await self.confirm(closure_id)) == closure_id
        return closure_id

    async def approved(self, who: SignedIn, account: BankAccount | None = ACCOUNT, *, in_cash: bool = False) -> UUID:
        """A closure that is approved, some days later."""
        closure_id = await self.verified(who, account, in_cash=in_cash)
        self.cool()
        assert subject(await self.approve(closure_id)) == closure_id
        return closure_id

    def cool(self) -> None:
        """The days pass in which somebody may think better of it."""
        self.world.clock.advance(timedelta(days=DAYS))

    def bank_account(self) -> None:
        """The programme has one."""
        self.world.connection.execute(
            "INSERT INTO programme_bank_account (programme_id, holder, bank, number)"
            " VALUES (%s, 'Honeynut 农场', 'Bank of Honey', '6222021000000001') ON CONFLICT DO NOTHING",
            (self.world.home,),
        )

    # What is there ----------------------------------------------------------------------------------------------------

    async def closure(self, closure_id: UUID) -> Closure:
        found = await find_closure(self.house.pool, closure_id)
        assert found is not None
        return found

    async def closure_of(self, owner_id: UUID) -> Closure | None:
        return await closure_of(self.house.pool, owner_id)

    async def payouts(self, closure_id: UUID) -> list[ClosurePayout]:
        return await payouts_of(self.house.pool, closure_id)

    def status(self, owner_id: UUID) -> str:
        rows = self.world.rows(
            "SELECT status FROM member WHERE id = %s UNION ALL SELECT status FROM card WHERE id = %s",
            owner_id,
            owner_id,
        )
        return str(rows[0][0])


def said(answer: Said) -> dict[str, Any]:
    """What an answer that is no refusal said."""
    assert isinstance(answer, Answer), answer
    assert answer.decline is None, answer.decline
    told: dict[str, Any] = msgspec.json.decode(answer.body)
    return told


def subject(answer: Said) -> UUID:
    """What it was about."""
    assert isinstance(answer, Answer), answer
    assert answer.decline is None, answer.decline
    assert answer.subject_id is not None
    return answer.subject_id


def refusal(answer: Said) -> Decline | None:
    """Why not, wherever that was said."""
    return answer if isinstance(answer, Decline) else answer.decline


def as_caller(who: SignedIn) -> Caller:
    """The member as the caller of what a till's tests ask for."""
    return Caller(who.member_id, who.session_id)
