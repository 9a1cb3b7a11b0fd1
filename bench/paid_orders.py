"""Corporate orders for measurements: paid for, approved, and hashed as they would have been by the desk."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.submitted import submission_of
from florin.domain.identifiers import shard_of
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import transaction
from florin.storage.corporate.orders import find_order
from florin.storage.fresh_ids import fresh_id

FACE_MINOR: Final = 100_00

INSERT_PERSON: Final = "INSERT INTO person (id, name_encrypted, created_at) VALUES (%(id)s, '', %(now)s)"
INSERT_LOGIN: Final = """
INSERT INTO login (id, person_id, user_name, roles, password_hash, must_change_password, status, set_up_person,
                   created_at)
VALUES (%(id)s, %(id)s, %(id)s::text, %(roles)s, '', false, 'active', %(set_up_person)s, %(now)s)
"""
INSERT_CUSTOMER: Final = """
INSERT INTO customer (id, shard, programme_id, name, registration_number, contact_encrypted, approval_limit_minor,
                      status, created_at)
VALUES (%(id)s, %(shard)s, %(programme_id)s, 'Measured Ltd', %(id)s::text, '', 0, 'active', %(now)s)
"""
INSERT_ACCOUNT: Final = """
INSERT INTO strict_account (owner_id, code, shard, programme_id, unit, balance_minor, held_minor)
VALUES (%(id)s, 2030, %(shard)s, %(programme_id)s, 'CNY', %(price_minor)s, %(price_minor)s)
"""
INSERT_ORDER: Final = """
INSERT INTO corporate_order (id, shard, programme_id, customer_id, payment_reference, delivery, status, created_by,
    created_at, price_basis_points, face_minor, price_minor, submission_hash, submitted_by, submitted_person,
    submitted_at, approved_by, approved_person, approved_at, reserved_minor)
VALUES (%(id)s, %(shard)s, %(programme_id)s, %(customer_id)s, %(id)s::text, 'files', 'funded', %(maker)s, %(now)s,
    10000, %(price_minor)s, %(price_minor)s, '', %(maker)s, %(maker)s, %(now)s, %(checker)s, %(checker)s, %(now)s,
    %(price_minor)s)
"""
INSERT_LINE: Final = """
INSERT INTO order_line (order_id, line, product_id, denomination_minor, quantity, principal_minor, status)
VALUES (%(id)s, 1, %(product_id)s, %(face_minor)s, %(quantity)s, %(face_minor)s, 'waiting')
"""
SET_HASH: Final = "UPDATE corporate_order SET submission_hash = %(hash)s WHERE id = %(id)s"


async def paid_order(house: ClearingHouse, quantity: int) -> UUID:
    """A new customer's order for so many of the demo's gift cards, whose whole price is reserved."""
    product = next(each for each in (await read_catalogue(house.pool)).products.values() if each.code == "gift")
    now, customer_id, maker, checker = datetime.now(UTC), fresh_id(), fresh_id(), fresh_id()
    shard = shard_of(customer_id)
    order_id = fresh_id(shard)
    about = {"now": now, "shard": shard, "programme_id": product.programme_id, "price_minor": quantity * FACE_MINOR}
    line = {"product_id": product.id, "face_minor": FACE_MINOR, "quantity": quantity}
    async with transaction(house.pool) as connection:
        for person_id in (maker, checker):
            await connection.execute(INSERT_PERSON, {"id": person_id, "now": now})
        for person_id, role, other in ((maker, "operator", checker), (checker, "manager", maker)):
            login = {"id": person_id, "roles": [role], "set_up_person": other, "now": now}
            await connection.execute(INSERT_LOGIN, login)
        for statement in (INSERT_CUSTOMER, INSERT_ACCOUNT):
            await connection.execute(statement, {**about, "id": customer_id})
        order = {**about, "id": order_id, "customer_id": customer_id, "maker": maker, "checker": checker}
        await connection.execute(INSERT_ORDER, order)
        await connection.execute(INSERT_LINE, {**line, "id": order_id})
    view = await find_order(house.pool, order_id)
    if view is None:
        raise SystemExit("the order is gone")
    async with transaction(house.pool) as connection:
        await connection.execute(SET_HASH, {"id": order_id, "hash": submission_of(view, None).hash})
    return order_id
