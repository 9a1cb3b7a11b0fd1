"""Whatever tells of people is sealed or blind, and somebody has said when each of it is forgotten."""

from typing import Final

from florin.storage.connect import Connection

WITH_THE_HOLDER: Final = {
    "card_holder.identity_encrypted", "closure.identity_encrypted", "closure.mail_encrypted",
    "payout_account.account_encrypted", "member.mail_index", "member.mail_encrypted", "member.mobile_index",
    "member.mobile_encrypted", "member.identity_encrypted", "member.totp_secret_encrypted", "payment_code.code_index",
    "contact.notes_encrypted", "case_note.text_encrypted", "cash_order.text_encrypted", "notice.secret_encrypted",
    "notice.address_encrypted", "online_card.trial_person", "payment_finding_note.text_encrypted",
}  # fmt: skip
"""Forgotten when a closed account's holder is (ADR 0024), if not before."""

AFTER_YEARS: Final = {
    "order_recipient.name_encrypted", "order_recipient.contact_encrypted", "order_recipient.identity_encrypted",
    "payment_callback.raw_encrypted",
}  # fmt: skip
"""Forgotten by the years of the policy pack (ADR 0028)."""

NOBODYS: Final = {
    "card.number_index", "card.number_encrypted", "card.ecode_index", "claim_link.token_index",
    "webhook_endpoint.secret_encrypted", "webhook_endpoint.old_secret_encrypted", "netting_payout.account_encrypted",
}  # fmt: skip
"""Tells of a card or of a door, and of no human being."""

WORK_WITH_US: Final = {
    "person.name_encrypted", "person.identity_index", "person.identity_encrypted", "person_mobile.mobile_index",
    "person_mobile.mobile_encrypted", "login.totp_secret_encrypted", "login_notices.mail_encrypted",
    "customer.contact_encrypted", "webhook_endpoint.contact_encrypted", "customer_proposal.account_encrypted",
    "merchant_account.account_encrypted",
}  # fmt: skip
"""Those who make and approve orders and postings: an approval that nobody has given would prove nothing."""

ACCOUNTING: Final = {
    "receipt.parties_encrypted", "statement_file_part.content_encrypted", "statement_line.details_encrypted",
    "break_change.note_encrypted", "suspense_resolution.account_encrypted", "suspense_resolution.parties_encrypted",
    "day_report.content_encrypted",
}  # fmt: skip
"""What banks and providers have stated, and why the book was put right by it: accounting records."""

COLUMNS: Final = """
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type = 'bytea'
  AND (column_name LIKE '%\\_encrypted' OR column_name LIKE '%\\_index' OR column_name LIKE '%\\_person')
"""


async def test_of_each_sealed_column_it_is_said_when_it_is_forgotten(connection: Connection) -> None:
    rows = await (await connection.execute(COLUMNS)).fetchall()
    said = [*WITH_THE_HOLDER, *AFTER_YEARS, *NOBODYS, *WORK_WITH_US, *ACCOUNTING]
    assert sorted(said) == sorted(name for (name,) in rows)
