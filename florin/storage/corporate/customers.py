"""Corporate customers as rows. How they are reached arrives here sealed and leaves sealed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from florin.domain.chart import AccountCode
from florin.domain.customer import CustomerStatus
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of
from florin.domain.paging import Page, page_of
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.read_rows import read_rows

_COLUMNS: Final = """
id, programme_id, name, registration_number, contact_encrypted, approval_limit_minor, status, created_at
"""
FIND_CUSTOMER: Final = f"SELECT {_COLUMNS} FROM customer WHERE id = %(id)s"  # noqa: S608 (our own columns)
# Ids begin with their time, so the order of ids is the order of time.
CUSTOMERS: Final = f"""
SELECT {_COLUMNS} FROM customer
WHERE (%(programme_id)s::uuid IS NULL OR programme_id = %(programme_id)s)
  AND (%(before)s::uuid IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
INSERT_CUSTOMER: Final = """
INSERT INTO customer (id, shard, programme_id, name, registration_number, contact_encrypted, approval_limit_minor,
                      status, created_at)
VALUES (%(id)s, %(shard)s, %(programme_id)s, %(name)s, %(registration_number)s, %(contact_encrypted)s,
        %(approval_limit_minor)s, %(status)s, %(created_at)s)
"""
OPEN_FUNDING: Final = """
INSERT INTO strict_account (owner_id, code, shard, programme_id, unit)
SELECT %(id)s, %(code)s, %(shard)s, id, unit FROM programme WHERE id = %(programme_id)s
"""
# Who decides about a customer's money holds this lock and then reads status and bank account: a change of either that
# is answered is seen by every decision that comes after it.
LOCK_FUNDING: Final = "SELECT FROM strict_account WHERE owner_id = %(id)s AND code = %(code)s FOR NO KEY UPDATE"
CHANGE_CONTACT: Final = "UPDATE customer SET contact_encrypted = %(contact_encrypted)s WHERE id = %(id)s"
CHANGE_LIMIT: Final = "UPDATE customer SET approval_limit_minor = %(approval_limit_minor)s WHERE id = %(id)s"
RENAME: Final = "UPDATE customer SET name = %(name)s WHERE id = %(id)s"
CHANGE_STATUS: Final = "UPDATE customer SET status = %(status)s WHERE id = %(id)s AND status <> %(status)s"


@dataclass(frozen=True, slots=True)
class Customer:
    """A corporate customer; ``contact_encrypted`` holds whom to call there.

    Orders above ``approval_limit_minor`` need the consent of the customer's own approver before the operator's.
    """

    id: UUID
    programme_id: UUID
    name: str
    registration_number: str
    contact_encrypted: bytes
    approval_limit_minor: int
    status: CustomerStatus
    created_at: datetime

    @property
    def is_active(self) -> bool:
        """Whether business is done with it."""
        return self.status is CustomerStatus.ACTIVE


async def add_customer(pool: Pool, customer: Customer, author: Author) -> bool:
    """Write a new customer and open its empty funding account; False when its registration number is taken."""
    row = {
        "id": customer.id,
        "shard": shard_of(customer.id),
        "programme_id": customer.programme_id,
        "name": customer.name,
        "registration_number": customer.registration_number,
        "contact_encrypted": customer.contact_encrypted,
        "approval_limit_minor": customer.approval_limit_minor,
        "status": customer.status.value,
        "created_at": customer.created_at,
    }
    told = {key: row[key] for key in ("name", "registration_number", "approval_limit_minor")}
    try:
        async with transaction(pool) as connection:
            await connection.execute(INSERT_CUSTOMER, row)
            await connection.execute(OPEN_FUNDING, {**row, "code": int(AccountCode.CORPORATE_FUNDING)})
            await record(connection, author, "customer.created", customer.id, told)
    except UniqueViolation as violation:
        if violation.diag.constraint_name != "customer_registration_is_unique":
            raise
        return False
    return True


async def find_customer(pool: Pool, customer_id: UUID) -> Customer | None:
    """The customer of that id, if there is one."""
    async with pool.connection() as connection:
        return await read_customer(connection, customer_id)


async def read_customer(connection: Connection, customer_id: UUID) -> Customer | None:
    """The customer of that id as the caller's transaction sees it, if there is one."""
    async with connection.cursor(row_factory=class_row(Customer)) as customers:
        await customers.execute(FIND_CUSTOMER, {"id": customer_id})
        found = await customers.fetchone()
    return None if found is None else _read(found)


async def list_customers(
    pool: Pool, programme_id: UUID | None, before: UUID | None, limit: int
) -> Page[Customer, UUID]:
    """A page of customers, the latest first, from those before ``before``; of one programme unless it is None."""
    where = {"programme_id": programme_id, "before": before, "limit": limit + 1}
    found = await read_rows(pool, Customer, CUSTOMERS, where)
    return page_of([(each.id, _read(each)) for each in found], limit)


async def change_contact(pool: Pool, customer_id: UUID, sealed: bytes, author: Author) -> Decline | None:
    """Replace whom to call at a customer."""
    change = {"id": customer_id, "contact_encrypted": sealed}
    async with transaction(pool) as connection:
        if (await connection.execute(CHANGE_CONTACT, change)).rowcount == 0:
            return Decline.CUSTOMER_NOT_FOUND
        await record(connection, author, "customer.contact_changed", customer_id, {})
    return None


async def change_approval_limit(pool: Pool, customer_id: UUID, limit_minor: int, author: Author) -> Decline | None:
    """Set the amount above which a customer's orders need its own approver; in minor units."""
    change: dict[str, Any] = {"id": customer_id, "approval_limit_minor": limit_minor}
    async with transaction(pool) as connection:
        if (await connection.execute(CHANGE_LIMIT, change)).rowcount == 0:
            return Decline.CUSTOMER_NOT_FOUND
        detail = {"approval_limit_minor": limit_minor}
        await record(connection, author, "customer.approval_limit_changed", customer_id, detail)
    return None


async def rename(connection: Connection, customer_id: UUID, name: str) -> None:
    """Set a customer's name in the caller's transaction."""
    await connection.execute(RENAME, {"id": customer_id, "name": name})


async def change_status(pool: Pool, customer_id: UUID, status: CustomerStatus, author: Author) -> Customer | Decline:
    """Suspend a customer or let it go on, and return it as it is now; no decision about its money straddles this."""
    async with transaction(pool) as connection:
        await lock_funding(connection, customer_id)
        changed = await connection.execute(CHANGE_STATUS, {"id": customer_id, "status": status.value})
        if changed.rowcount:
            await record(connection, author, f"customer.{status.value}", customer_id, {})
        return await read_customer(connection, customer_id) or Decline.CUSTOMER_NOT_FOUND


async def lock_funding(connection: Connection, customer_id: UUID) -> None:
    """Wait for the decisions about a customer's money that are under way, and hold up those that follow."""
    where = {"id": customer_id, "code": int(AccountCode.CORPORATE_FUNDING)}
    await connection.execute(LOCK_FUNDING, where)


def _read(row: Customer) -> Customer:
    return replace(row, status=CustomerStatus(row.status))
