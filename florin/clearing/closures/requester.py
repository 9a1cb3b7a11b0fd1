"""Who acts on a closure: the member by a session, or somebody of ours in the holder's place."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from florin.domain.people import Actor
from florin.storage.members.sessions import SignedIn
from florin.storage.posting.request import Caller


@dataclass(frozen=True, slots=True)
class Requester:
    """The caller of the posting, and the human being of ours behind it: None when the holder acts."""

    caller: Caller
    acted_by: UUID
    person_id: UUID | None

    @classmethod
    def member(cls, who: SignedIn, request_id: str | None = None) -> Self:
        """The member who has signed in."""
        return cls(Caller(who.member_id, who.session_id, None, request_id), who.member_id, None)

    @classmethod
    def ours(cls, actor: Actor, request_id: str | None = None) -> Self:
        """Somebody of ours, under keys of his or her own."""
        return cls(Caller(actor.login_id, actor.session_id, None, request_id), actor.login_id, actor.person_id)
