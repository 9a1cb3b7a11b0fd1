from datetime import timedelta

import pyotp

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.confirm_totp import confirm_totp
from florin.clearing.membership.contacts import Contacts
from florin.clearing.membership.enrol_totp import TotpEnrolment, enrol_totp
from florin.clearing.membership.new_payment_code import NewPaymentCode, new_payment_code
from florin.clearing.membership.read_profile import Profile, read_profile
from florin.clearing.membership.record_identity import record_identity
from florin.clearing.membership.sign_in import sign_in
from florin.domain.identity import DocumentKind, Identity
from florin.domain.member_life import MemberStatus
from florin.storage.audit_trail import Author
from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id
from tests.clearing.membership.conftest import ADDRESS, NOW, PASSWORD, Anna, attempt, registration

IDENTITY = Identity.read("李 安娜", DocumentKind.RESIDENT_ID, "11010519491231002x")


async def test_a_profile_shows_what_the_member_has_told(house: ClearingHouse, anna: Anna) -> None:
    await record_identity(house, anna.id, IDENTITY, Author(anna.who.session_id, NOW))

    expected = Profile(
        anna.id,
        anna.who.programme_id,
        "anna",
        MemberStatus.REGISTERED,
        "anna@example.org",
        "+8613800138000",
        IDENTITY,
        "1",
        NOW,
        totp_on=False,
        created_at=NOW,
    )
    assert expected == await read_profile(house, anna.id)
    assert await read_profile(house, fresh_id()) is None


async def test_no_row_reveals_what_is_personal_or_secret(
    house: ClearingHouse, anna: Anna, connection: Connection
) -> None:
    enrolment = await enrol_totp(house, anna.who, PASSWORD, "Honeynut", NOW)
    assert isinstance(enrolment, TotpEnrolment)
    await confirm_totp(house, anna.who, pyotp.TOTP(enrolment.secret).at(NOW), NOW)
    await record_identity(house, anna.id, IDENTITY, Author(anna.who.session_id, NOW))
    await sign_in(house, attempt(anna.who.programme_id, name="mallory@example.org", password="guess it"), NOW)
    code = await new_payment_code(house, anna.id, NOW + timedelta(seconds=1))
    assert isinstance(code, NewPaymentCode)
    secrets = (
        *("anna@example.org", "mallory", "13800138000", PASSWORD, ADDRESS, enrolment.secret, anna.opened.token),
        *(code.code, IDENTITY.name, IDENTITY.document_number),
    )

    dump = b""
    for table in ("member", "session", "payment_code", "throttle", "audit", "outbox"):
        rows = await connection.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608  # our own tables
        for (text,) in await rows.fetchall():
            dump += text.encode()

    assert b"anna" in dump  # The user name is no secret, and proves that the dump has the rows.
    # A byte column shows as hexadecimal digits, so that is looked for as well.
    shown = {form for secret in secrets for form in (secret.encode(), secret.encode().hex().encode())}
    assert set() == {form for form in shown if form in dump}


async def test_no_representation_shows_what_is_personal_or_secret(house: ClearingHouse, anna: Anna) -> None:
    await record_identity(house, anna.id, IDENTITY, Author(anna.who.session_id, NOW))
    shown = repr(
        [
            registration(anna.who.programme_id),
            attempt(anna.who.programme_id, name="anna@example.org", totp_code="123456"),
            await read_profile(house, anna.id),
            Contacts.read("anna@example.org", "+8613800138000"),
            anna.opened,
        ]
    )

    for secret in ("anna@example", "13800138000", PASSWORD, "123456", IDENTITY.name, anna.opened.token):
        assert secret not in shown
