"""Who has a part in breaks: asked by every verb of this room, and nowhere else."""

from typing import Final

from florin.domain.people import Role

READ: Final = frozenset({Role.FINANCE, Role.FINANCE_APPROVER, Role.MANAGER, Role.AUDITOR})
"""Who sees breaks and their stories."""

WORK: Final = frozenset({Role.FINANCE})
"""Who takes breaks, proposes how they end, and closes what differs in its date alone; nobody else owns one."""

HAND_OVER: Final = WORK | {Role.MANAGER}
"""Who gives breaks to somebody else of those who work on them."""

NOTE: Final = WORK | {Role.MANAGER, Role.FINANCE_APPROVER}
"""Who writes to the story of a break."""

DECIDE: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})
"""Who decides on a proposal, where it does not need a manager (`domain.break_proposal.BreakProposal.deciders`)."""
