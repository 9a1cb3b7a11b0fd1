"""A lost card over HTTP, from its report to another card that pays with its money."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

from florin.crypto.recipient_file import decrypt_file, new_identity
from florin.domain.identifiers import wire_id
from florin.domain.people import Role
from florin.storage.posting.request import Caller
from tests.api.client import cny, code_of
from tests.api.conftest import Doors
from tests.clearing.loss.losing import HOLDER, STRANGER, Losing
from tests.corporate import Corporate, code_at
from tests.till import Till, fresh
from tests.world import World


async def test_a_card_is_lost_stopped_and_replaced_and_its_number_refers_on(doors: Doors, world: World) -> None:
    corporate = Corporate(world)
    losing = Losing(doors.house, Till(doors.house, world.shop), corporate)
    card, who, stranger = losing.card(100_00), losing.member(), losing.member(STRANGER)
    card_id = wire_id("card", card.id)
    own, other = (doors.member(Caller(each.member_id, each.session_id)) for each in (who, stranger))
    desk, manager = doors.person(corporate.operator), doors.person(corporate.manager)

    async def pay(number: str, pin: str, amount_minor: int) -> tuple[int, str]:
        fields = {
            "pay_with": {"card": {"number": number, "pin": pin}},
            "amount": cny(amount_minor),
            "reference": fresh("loss"),
        }
        paid = await doors.shop.post("/v1/purchases", fields)
        return paid.status_code, paid.json().get("code", paid.json().get("id"))

    _, bought = await pay(card.number, card.pin, 40_00)
    # Reported by its holder and by nobody else, and stopped from that answer on.
    assert (404, "card_not_found") == code_of(await other.post("/v1/me/lost-cards", {"number": card.number}))
    key = fresh("key")
    reported = await own.post("/v1/me/lost-cards", {"number": card.number}, key=key)
    assert (201, "reported", "debit") == (
        reported.status_code, reported.json()["status"], reported.json()["card"]["block"],
    )  # fmt: skip
    again = await own.post("/v1/me/lost-cards", {"number": card.number}, key=key)
    assert (reported.json(), "true") == (again.json(), again.headers["Idempotent-Replayed"])
    assert (409, "loss_reported") == code_of(await own.post("/v1/me/lost-cards", {"number": card.number}))
    assert (402, "card_blocked") == await pay(card.number, card.pin, 1)
    loss = reported.json()["id"]
    assert [loss] == [each["id"] for each in (await own.get("/v1/me/lost-cards")).json()["items"]]
    assert loss in [each["id"] for each in (await desk.get("/v1/lost-cards?status=reported")).json()["items"]]

    # Found in a coat, lost again, and this time told at the desk.
    found = await own.post(f"/v1/me/lost-cards/{loss}/found")
    assert ("found", "none") == (found.json()["status"], found.json()["card"]["block"])
    assert 201 == (await pay(card.number, card.pin, 10_00))[0]
    shown = {"name": HOLDER.name, "document_kind": HOLDER.document_kind, "document_number": HOLDER.document_number}
    told = await desk.post("/v1/lost-cards", {"card_id": card_id, "identity": shown})
    loss = told.json()["id"]

    # Another card has its money, by a second person's word and a code that counts once.
    path, recipient = f"/v1/lost-cards/{loss}", new_identity()
    assert (403, "insufficient_scope") == code_of(await desk.post(f"{path}/replace", {"totp_code": "000000"}))
    assert (409, "loss_not_in_state") == code_of(
        await manager.post(f"{path}/card-file", {"recipient": recipient[1], "totp_code": code(world)})
    )
    assert (422, "totp_code_incorrect") == code_of(await manager.post(f"{path}/replace", {"totp_code": "000000"}))
    replaced = (await manager.post(f"{path}/replace", {"totp_code": code(world)})).json()
    successor = replaced["new_card"]["id"]
    assert ("replaced", successor, "replaced") == (
        replaced["status"], replaced["successor_id"], replaced["card"]["status"],
    )  # fmt: skip
    third = doors.person(corporate.person(Role.MANAGER))
    assert (409, "loss_not_in_state") == code_of(await third.post(f"{path}/replace", {"totp_code": code(world)}))
    assert (409, "loss_not_in_state") == code_of(await desk.post(f"{path}/found", {"reason": "too late"}))

    # The old number is dead and refers on; the new one pays with the secrets that were printed.
    assert (402, "card_not_active") == await pay(card.number, card.pin, 1)
    seen = (await doors.operator.get(f"/v1/cards/{card_id}")).json()
    assert ("replaced", successor) == (seen["status"], seen["successor_id"])
    file = await manager.post(f"{path}/card-file", {"recipient": recipient[1], "totp_code": code(world)})
    plain = BytesIO()
    decrypt_file(BytesIO(file.content), plain, recipient[0])
    (printed,) = csv.DictReader(StringIO(plain.getvalue().decode()))
    assert 201 == (await pay(printed["number"], printed["pin"], 50_00))[0]
    # What the lost card has paid comes back to the card in its place.
    refunded = (await doors.shop.post(f"/v1/purchases/{bought}/refunds", {"reference": fresh("loss")})).json()
    assert (successor, 40_00) == (refunded["returned_to"], refunded["balance"]["amount"])
    await losing.proven()


def code(world: World) -> str:
    """A one-time code that nobody has used; all have the same secret."""
    world.connection.execute("UPDATE login SET totp_last_step = NULL")
    return code_at(datetime.now(UTC))
