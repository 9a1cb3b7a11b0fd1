"""Fields of requests and answers that many routes share.

FastAPI validates what the JSON reader has already turned into Python values, where pydantic's strict mode refuses texts
for dates and enumerations. `Choice` and `Instant` say how those two are read; everything else stays strict.
"""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Unpack
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from florin.domain.identifiers import PREFIXES, not_an_id, parse_id, wire_id
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.reference import REFERENCE_FORM


class Fields(BaseModel):
    """What all bodies by FastAPI have in common: exact types, and a field that is not declared is refused.

    ``class RefundFields(Fields, example=examples.REFUND)`` shows its example in the document.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def __init_subclass__(cls, *, example: dict[str, Any] | None = None, **config: Unpack[ConfigDict]) -> None:
        super().__init_subclass__(**config)
        if example is not None:
            cls.model_config["json_schema_extra"] = {"examples": [example]}


WallClock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day, ``HH:MM``: pydantic's own reading of times takes numbers for seconds."""


def time_of(wall_clock: str) -> time:
    """The time that a `WallClock` writes."""
    return time.fromisoformat(wall_clock)


class PrivateFields(Fields):
    """Fields that are secret or personal: no representation of them shows a value."""

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Show nothing."""
        return []


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("printable characters, without spaces around them")
    return text


def _explicit_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time has an offset, as in 2026-03-01T08:00:00+08:00")
    try:
        moment.astimezone(UTC)
    except OverflowError:
        # The database would keep it, and nobody could ever read it again.
        raise ValueError("a time is in the years 1 to 9999, as UTC counts them") from None
    return moment


def _text_only(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a time is a text in the form of RFC 3339")  # noqa: TRY004 (pydantic knows ValueError)
    return value


def _day(value: object) -> date:
    if not isinstance(value, str) or len(value) != len("2026-11-20"):
        raise ValueError("a day is a text such as 2026-11-20")
    return date.fromisoformat(value)


def id_field(kind: str) -> Any:  # noqa: ANN401 (a type for annotations)
    """The type of an id on the wire, such as ``card_`` and 32 hexadecimal digits; Python sees a UUID."""
    pattern = f"^{PREFIXES[kind]}_[0-9a-f]{{32}}$"

    def read(value: object) -> object:
        if isinstance(value, UUID):
            return value
        if not isinstance(value, str):
            raise ValueError(not_an_id(kind))  # noqa: TRY004 (as above)
        return parse_id(kind, value)

    return Annotated[
        UUID,
        BeforeValidator(read),
        PlainSerializer(lambda identifier: wire_id(kind, identifier), return_type=str),
        WithJsonSchema({"type": "string", "pattern": pattern}),
    ]


ActivationId = id_field("activation")
BalanceEndingId = id_field("balance_ending")
BreakId = id_field("break")
CardId = id_field("card")
CaseId = id_field("case")
CashOrderId = id_field("cash_order")
ContactId = id_field("contact")
ClosureId = id_field("closure")
ClosurePayoutId = id_field("closure_payout")
CounterpartyId = id_field("counterparty")
CustomerId = id_field("customer")
DayReopeningId = id_field("day_reopening")
DeliveryId = id_field("delivery")
DeliveryKeyId = id_field("delivery_key")
EventId = id_field("event")
FeeTermsId = id_field("fee_terms")
FundingRefundId = id_field("funding_refund")
HoldId = id_field("hold")
IssueId = id_field("issue")
JournalId = id_field("journal")
KeyId = id_field("api_key")
LoginId = id_field("login")
LossId = id_field("loss")
MatchingRunId = id_field("matching_run")
MemberId = id_field("member")
MerchantAccountId = id_field("merchant_account")
MerchantId = id_field("merchant")
MerchantPayoutId = id_field("merchant_payout")
MerchantStatementId = id_field("merchant_statement")
MerchantTermsId = id_field("merchant_terms")
NettingPayoutId = id_field("netting_payout")
NettingStatementId = id_field("netting_statement")
MerchantAcceptorId = id_field("merchant_acceptor")
NoticeId = id_field("notice")
OrderId = id_field("order")
PaymentId = id_field("payment")
PaymentFindingId = id_field("payment_finding")
PayoutFileId = id_field("payout_file")
PersonId = id_field("person")
ProductId = id_field("product")
ProgrammeId = id_field("programme")
ProofRunId = id_field("proof_run")
PurchaseId = id_field("purchase")
ReceiptId = id_field("receipt")
RefundAccountId = id_field("refund_account")
RefundId = id_field("refund")
ReplacementId = id_field("replacement")
StatementFileId = id_field("statement_file")
StatementLineId = id_field("statement_line")
SuspenseItemId = id_field("suspense_item")
SuspensePayoutId = id_field("suspense_payout")
TerminalId = id_field("terminal")
VoidingId = id_field("voiding")
VoucherId = id_field("voucher")
WebhookId = id_field("webhook")

TillReference = Annotated[str, Field(pattern="^[A-Za-z0-9][!-~]{0,63}$", description=REFERENCE_FORM)]
"""A merchant's own name for something, used once for ever."""

Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
"""A text for people on one line, such as a reason."""

TotpCode = Annotated[str, Field(min_length=1, max_length=16)]
"""A one-time code, as it was typed."""

MinorUnits = Annotated[int, Field(ge=1, le=MAX_AMOUNT_MINOR)]

Instant = Annotated[datetime, BeforeValidator(_text_only), AfterValidator(_explicit_zone), Field(strict=False)]
"""A time with an offset, RFC 3339."""

Day = Annotated[date, BeforeValidator(_day)]
"""A day, ``YYYY-MM-DD``; a number is none, though pydantic would count it from 1970."""

Choice = Field(strict=False)
"""For enumerations: ``block: Annotated[CardBlock, Choice]``."""


class AmountField(Fields):
    """An amount of money in minor units."""

    amount: MinorUnits
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
