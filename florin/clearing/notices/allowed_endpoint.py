"""Who keeps which webhook endpoints: a merchant's machine and a customer's people their own, our side all."""

from dataclasses import dataclass
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.webhook import EndpointOwner
from florin.storage.connect import Connection
from florin.storage.notices.webhook_endpoints import Endpoint, lock_endpoint


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whose endpoints somebody may keep: ``owner_id`` is the merchant or customer, None for the operator's side."""

    kind: EndpointOwner
    owner_id: UUID | None

    @property
    def owner(self) -> tuple[EndpointOwner, UUID] | None:
        """The only owner whose endpoints the keeper sees; None for one who sees all."""
        return None if self.owner_id is None else (self.kind, self.owner_id)


OPERATOR: Keeper = Keeper(EndpointOwner.OPERATOR, None)


def allowed(endpoint: Endpoint | None, keeper: Keeper) -> Endpoint | Decline:
    """The endpoint, or ``webhook_not_found``, also for one that is somebody else's."""
    if endpoint is None or (keeper.owner is not None and keeper.owner != (endpoint.owner_kind, endpoint.owner_id)):
        return Decline.WEBHOOK_NOT_FOUND
    return endpoint


async def locked_endpoint(connection: Connection, keeper: Keeper, endpoint_id: UUID) -> Endpoint | Decline:
    """As `allowed`; the endpoint is locked until the caller's transaction ends."""
    return allowed(await lock_endpoint(connection, endpoint_id), keeper)
