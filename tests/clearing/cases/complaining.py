"""Members who are not content, and our people who work on their cases."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.cases.grant_case_voucher import GrantCaseVoucher, grant_case_voucher
from florin.clearing.cases.open_case import OpenCase, open_case, open_own_case
from florin.clearing.cases.refund_case import RefundCase, refund_case
from florin.clearing.cases.step_case import StepCase, step_case, step_own_case
from florin.domain.case_life import Case, CaseKind, CaseOperation
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.members.sessions import SignedIn
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer
from tests.clearing.desk import Desk
from tests.till import fresh, subject


@dataclass
class Complaining(Desk):
    """Who is not content, and who of ours listens."""

    def member(self, principal_minor: int = 100_00) -> SignedIn:
        """A member with money."""
        member = self.world.member(principal_minor=principal_minor)
        return self.signed_in(member)

    async def bought(self, who: SignedIn, amount_minor: int = 60_00) -> UUID:
        """A purchase of the member's."""
        caller = self.world.operator
        code = self.world.payment_code(type(caller)(who.member_id, who.session_id))
        return subject(await self.till.purchase(code, amount_minor))

    async def dispute(self, who: SignedIn, purchase_id: UUID, key: str | None = None) -> Case:
        """The member's dispute about a purchase."""
        command = OpenCase(CaseKind.DISPUTE, "the chicken was off", purchase_id)
        made = await open_own_case(self.house, who, command, key or fresh("key"), self.now)
        assert isinstance(made, Case), made
        return made

    async def complaint(self, who: SignedIn) -> Case:
        """The member's complaint about anything."""
        made = await open_own_case(self.house, who, OpenCase(CaseKind.COMPLAINT, "slow"), fresh("key"), self.now)
        assert isinstance(made, Case), made
        return made

    async def open(self, command: OpenCase, *, by: Actor | None = None) -> Case | Decline:
        """Customer service opens a case."""
        return await open_case(self.house, by or self.corporate.operator, command, fresh("key"), self.now)

    async def step(
        self,
        case_id: UUID,
        operation: CaseOperation,
        *,
        by: Actor | None = None,
        assignee_id: UUID | None = None,
        due_at: datetime | None = None,
        is_internal: bool = False,
    ) -> Case | Decline:
        """Customer service does a step."""
        command = StepCase(case_id, operation, f"we {operation}", assignee_id, due_at, is_internal=is_internal)
        return await step_case(self.house, by or self.corporate.operator, command, self.now)

    async def own_step(self, who: SignedIn, case_id: UUID, operation: CaseOperation) -> Case | Decline:
        """The member does a step."""
        return await step_own_case(self.house, who, StepCase(case_id, operation, f"I {operation}"), self.now)

    async def refund(
        self,
        case_id: UUID,
        amount_minor: int | None = None,
        *,
        by: Actor | None = None,
        key: str | None = None,
        proof: CodeProof | None = None,
    ) -> Answer | Decline:
        """A manager gives back by the case."""
        actor = by or self.corporate.manager
        command = RefundCase(case_id, amount_minor, None if amount_minor is None else "CNY")
        return await refund_case(self.house, actor, command, proof or self.proof(actor), key or fresh("key"))

    async def voucher(
        self,
        case_id: UUID,
        face_minor: int = 20_00,
        currency: str = "CNY",
        *,
        by: Actor | None = None,
        key: str | None = None,
        proof: CodeProof | None = None,
    ) -> Answer | Decline:
        """A manager gives a voucher by the case."""
        actor = by or self.corporate.manager
        command = GrantCaseVoucher(case_id, face_minor, currency)
        return await grant_case_voucher(self.house, actor, command, proof or self.proof(actor), key or fresh("key"))


def refusal(said: Answer | Case | Decline) -> Decline | None:
    """Why something was refused, if it was."""
    if isinstance(said, Answer):
        return said.decline
    return said if isinstance(said, Decline) else None
