from florin.clearing.house import ClearingHouse
from florin.clearing.membership.change_contacts import change_contacts
from florin.clearing.membership.contacts import Contacts
from florin.clearing.membership.read_profile import read_profile
from florin.clearing.membership.record_identity import record_identity
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.storage.audit_trail import Author
from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id
from tests.clearing.membership.conftest import NOW, PASSWORD, Anna

IDENTITY = Identity.read("李 安娜", DocumentKind.RESIDENT_ID, "11010519491231002x")


async def test_an_identity_is_recorded_once(house: ClearingHouse, anna: Anna, connection: Connection) -> None:
    author, other = Author(anna.who.session_id, NOW), Identity.read("Other", DocumentKind.PASSPORT, "E1234567")

    assert await record_identity(house, anna.id, IDENTITY, author) is None
    assert await record_identity(house, anna.id, other, author) is Decline.IDENTITY_ON_RECORD

    profile = await read_profile(house, anna.id)
    assert profile is not None
    assert IDENTITY == profile.identity
    assert await record_identity(house, fresh_id(), other, author) is Decline.MEMBER_NOT_ACTIVE
    rows = await connection.execute("SELECT subject_id, detail FROM audit WHERE action = 'member.identity_recorded'")
    assert [(anna.id, {})] == await rows.fetchall()


async def test_a_blocked_member_changes_no_contact_and_records_no_identity(
    house: ClearingHouse, anna: Anna, connection: Connection
) -> None:
    await connection.execute("UPDATE member SET status = 'blocked'")

    contacts = Contacts.read("anna@new.example", None)
    assert await change_contacts(house, anna.who, PASSWORD, None, contacts, NOW) is Decline.MEMBER_NOT_ACTIVE
    author = Author(anna.who.session_id, NOW)
    assert await record_identity(house, anna.id, IDENTITY, author) is Decline.MEMBER_NOT_ACTIVE
