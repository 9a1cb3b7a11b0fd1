"""Which programme pays a merchant, also for the cards of others, by command."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement import agree_acceptor
from florin.cli.configuration import merchant_of, programme_of
from florin.cli.desk import As
from florin.cli.order_desk import act, id_of
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, print_json, print_table
from florin.cli.settlement_agreements import Merchant
from florin.cli.step_up import act_with_code
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.merchant_acceptor import DatedAcceptor
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.people.logins import CodeProof
from florin.storage.settlement.merchant_acceptors import AgreedAcceptor

Acceptor = Annotated[str, typer.Argument(metavar="ACCEPTOR", help="Id of the proposed acceptor (mcp_...).")]


def propose(
    merchant: Merchant,
    effective_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First business day.")],
    as_user: As,
    programme: Annotated[
        str | None, typer.Option(help="Short name of the programme that pays; each for its own cards if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose which programme pays a merchant, also for the cards of others; another person approves it."""

    async def step(house: ClearingHouse, actor: Actor) -> AgreedAcceptor | Decline:
        catalogue = await read_catalogue(house.pool)
        whose = merchant_of(catalogue, merchant)
        acceptor_id = None if programme is None else programme_of(catalogue, programme).id
        command = agree_acceptor.ProposeAcceptor(whose.id, DatedAcceptor(effective_on.date(), acceptor_id))
        return await agree_acceptor.propose_acceptor(house, actor, command, datetime.now(UTC))

    _show([act(as_user, step)], as_json=as_json)


def approve(acceptor: Acceptor, as_user: As, as_json: AsJson = False) -> None:
    """Put a proposed acceptor in force; statements that are not approved yet are worked out anew."""
    _show([_decided(acceptor, as_user, accept=True)], as_json=as_json)


def refuse(acceptor: Acceptor, as_user: As, as_json: AsJson = False) -> None:
    """Refuse a proposed acceptor."""
    _show([_decided(acceptor, as_user, accept=False)], as_json=as_json)


def list_all(merchant: Merchant, as_user: As, as_json: AsJson = False) -> None:
    """List all acceptors that were ever proposed for a merchant, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> list[AgreedAcceptor] | Decline:
        whose = merchant_of(await read_catalogue(house.pool), merchant)
        return await agree_acceptor.list_acceptors(house, actor, whose.id)

    _show(act(as_user, step), as_json=as_json)


def _decided(acceptor: str, as_user: str, *, accept: bool) -> AgreedAcceptor:
    acceptor_id = id_of("merchant_acceptor", acceptor)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> AgreedAcceptor | Decline:
        now = datetime.now(UTC)
        return await agree_acceptor.decide_acceptor(house, actor, acceptor_id, proof, now, accept=accept)

    return act_with_code(as_user, step)


def _show(found: list[AgreedAcceptor], *, as_json: bool) -> None:
    views = [_told(each) for each in found]
    if as_json:
        print_json(views)
    else:
        rows = [(each["effective_on"], words(each["status"]), each["programme_id"], each["id"]) for each in views]
        print_table("Acceptors", ("from", "status", "programme", "acceptor"), rows)


def _told(agreed: AgreedAcceptor) -> dict[str, Any]:
    programme_id = agreed.dated.programme_id
    return {
        "id": wire_id("merchant_acceptor", agreed.id),
        "status": agreed.status,
        "effective_on": agreed.dated.effective_on.isoformat(),
        "programme_id": None if programme_id is None else wire_id("programme", programme_id),
    }
