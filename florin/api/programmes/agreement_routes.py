"""Agreements: what a programme's members accept, shown before anybody registers."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from florin.api import management_examples as examples
from florin.api.callers import Audience
from florin.api.fields import Fields, Instant, ProgrammeId
from florin.api.given import Now, TheAuthor, TheHouse, accepted
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.configuration.publish_agreement import LONGEST_TEXT, PublishAgreement, publish_agreement
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.storage.configuration import configuration_change
from florin.storage.members.members import current_agreement

ROUTES = Routes("Agreements")


class AgreementFields(Fields, example=examples.AGREEMENT):
    """A new version of the terms, in force from an instant on, or at once."""

    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$")]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    effective_at: Instant | None = None


class AgreementView(View):
    """A version of the terms."""

    version: str
    text: str
    effective_at: datetime


@ROUTES.post(
    "/v1/programmes/{programme_id}/agreements",
    allows=Scope.PROGRAMMES_WRITE,
    status=201,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.CODE_TAKEN),
    example=examples.AGREEMENT,
)
async def add_agreement(
    programme_id: ProgrammeId, fields: AgreementFields, house: TheHouse, author: TheAuthor
) -> AgreementView:
    """Publish a version of a programme's agreement; it never changes afterwards."""
    command = PublishAgreement(
        programme_id=programme_id,
        version=fields.version,
        text=fields.text,
        effective_at=fields.effective_at or author.now,
    )
    async with configuration_change(house.pool, author) as change:
        published = accepted(await publish_agreement(change, command))
    return AgreementView(version=published.version, text=published.text, effective_at=published.effective_at)


@ROUTES.get(
    "/v1/programmes/{programme_id}/agreements/current",
    allows=Audience.PUBLIC,
    problems=(Decline.AGREEMENT_NOT_FOUND,),
    example=examples.AGREEMENT,
)
async def read_agreement(programme_id: ProgrammeId, house: TheHouse, now: Now) -> AgreementView:
    """Show the agreement in force, whose version goes with a registration."""
    agreement = await current_agreement(house.pool, programme_id, now)
    if agreement is None:
        raise Refused(Decline.AGREEMENT_NOT_FOUND)
    return AgreementView(version=agreement.version, text=agreement.text, effective_at=agreement.effective_at)
