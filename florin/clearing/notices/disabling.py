"""Writing down what became of attempts at an endpoint, and giving up on one that is gone or has failed for too long.

It has failed for too long when a delivery has used up its whole schedule and nothing has come through meanwhile. That
is counted in attempts and not in hours: a clock that jumps disables nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.sealed import to_address
from florin.crypto.vault import Vault
from florin.domain.identifiers import wire_id
from florin.domain.notice import NoticeKind
from florin.domain.webhook import ATTEMPTS, GONE, DisabledReason, EndpointStatus
from florin.storage.audit_trail import Author
from florin.storage.connect import Connection, transaction
from florin.storage.notices.notices import NewNotice, write_notice
from florin.storage.notices.webhook_deliveries import Attempt, write_attempts
from florin.storage.notices.webhook_endpoints import Endpoint, lock_endpoint, set_status


async def disable_after(
    house: ClearingHouse, endpoint: Endpoint, attempts: Sequence[Attempt], now: datetime
) -> Endpoint | None:
    """Write the attempts; return the endpoint as it is then, or None when it gets nothing any more."""
    async with transaction(house.pool) as connection:
        await write_attempts(connection, endpoint.id, attempts, now)
        present = await lock_endpoint(connection, endpoint.id)
        if present is None or present.status != EndpointStatus.ACTIVE:
            return None
        reason = _reason(present, attempts)
        if reason is None:
            return present
        await set_status(connection, present, EndpointStatus.DISABLED, Author(None, now, "webhooks"), reason)
        await _tell_owner(connection, house.vault, present, attempts[-1], reason, now)
    return None


def _reason(endpoint: Endpoint, attempts: Sequence[Attempt]) -> DisabledReason | None:
    if any(each.answered == GONE for each in attempts):
        return DisabledReason.GONE
    is_exhausted = any(not each.came_through and each.due_at is None for each in attempts)
    return DisabledReason.FAILING if is_exhausted and endpoint.failures >= ATTEMPTS else None


async def _tell_owner(
    connection: Connection, vault: Vault, endpoint: Endpoint, last: Attempt, reason: DisabledReason, now: datetime
) -> None:
    if endpoint.contact_encrypted is None:
        return
    contact = vault.webhook_contacts.open(endpoint.contact_encrypted, endpoint.id.bytes).decode()
    facts = {"webhook_id": wire_id("webhook", endpoint.id), "url": endpoint.url, "reason": reason.value}
    notice = NewNotice(f"disabled:{last.event_id.hex}", NoticeKind.WEBHOOK_DISABLED, endpoint.id, facts)
    await write_notice(connection, to_address(vault, notice, contact), now)
