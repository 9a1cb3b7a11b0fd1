"""What providers may keep, by command: proposed by finance, put in force by another person."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.cli.configuration import read_amount
from florin.cli.desk import As
from florin.cli.order_desk import act, id_of
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, Form
from florin.cli.running import accepted
from florin.cli.slips import amount, named
from florin.cli.step_up import act_with_code
from florin.domain.declines import Decline
from florin.domain.fee_terms import FeeTerms
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor
from florin.reconciliation.agree_fees import decide_fees, list_fees, propose_fees
from florin.reconciliation.read_statements import counterparty_named
from florin.storage.people.logins import CodeProof
from florin.storage.reconciliation.fee_terms import AgreedFees

Code = Annotated[str, typer.Argument(help="Short name of the provider.")]
Terms = Annotated[str, typer.Argument(metavar="TERMS", help="Id of the proposed terms (ftm_...).")]

_FEES: Final = Form(
    "Fees",
    ("from", "basis points", "flat, minor units", "status", "terms"),
    lambda view: (
        view["effective_on"],
        view["basis_points"],
        view["flat_minor"],
        words(view["status"]),
        view["id"],
    ),
)


def propose_fee_terms(
    code: Code,
    effective_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")],
    basis_points: Annotated[int, typer.Option(help="The share of each payment; 100 are a percent.")],
    as_user: As,
    flat: Annotated[str, typer.Option(callback=amount("--flat"), help="What each payment costs beside it.")] = "0",
    as_json: AsJson = False,
) -> None:
    """Propose what a provider may keep from a day on; another person approves it."""

    async def step(house: ClearingHouse, actor: Actor) -> AgreedFees | Decline:
        known = accepted(await counterparty_named(house, actor, code))
        with named("terms"):
            flat_minor = read_amount("--flat", flat, known.currency, may_be_zero=True)
            terms = FeeTerms(effective_on.date(), basis_points, flat_minor)
            return await propose_fees(house, actor, known.id, terms, datetime.now(UTC))

    _FEES.show(_view(act(as_user, step)), as_json=as_json)


def approve_fee_terms(terms: Terms, as_user: As, as_json: AsJson = False) -> None:
    """Put proposed fees in force; what is matched from then on is compared with them."""
    _FEES.show(_decided(terms, as_user, accept=True), as_json=as_json)


def refuse_fee_terms(terms: Terms, as_user: As, as_json: AsJson = False) -> None:
    """Refuse proposed fees; those in force stay."""
    _FEES.show(_decided(terms, as_user, accept=False), as_json=as_json)


def list_fee_terms(code: Code, as_user: As, as_json: AsJson = False) -> None:
    """List all fees that were ever proposed of a provider, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> list[AgreedFees] | Decline:
        return await list_fees(house, actor, accepted(await counterparty_named(house, actor, code)).id)

    _FEES.show_all([_view(each) for each in act(as_user, step)], as_json=as_json)


def _decided(terms: str, as_user: str, *, accept: bool) -> dict[str, Any]:
    fees_id = id_of("fee_terms", terms)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> AgreedFees | Decline:
        return await decide_fees(house, actor, fees_id, proof, datetime.now(UTC), accept=accept)

    return _view(act_with_code(as_user, step))


def _view(fees: AgreedFees) -> dict[str, Any]:
    return {
        "id": wire_id("fee_terms", fees.id),
        "counterparty_id": wire_id("counterparty", fees.counterparty_id),
        "effective_on": fees.terms.effective_on.isoformat(),
        "basis_points": fees.terms.basis_points,
        "flat_minor": fees.terms.flat_minor,
        "status": fees.status.value,
    }
