"""Everything that the verbs need of the keyring, with the keys derived once."""

from florin.crypto.blind_index import BlindIndex, IndexKind
from florin.crypto.card_secrets import CardSecrets
from florin.crypto.claim_tokens import ClaimTokens
from florin.crypto.delivery_passwords import DeliveryPasswords
from florin.crypto.envelope import Envelope
from florin.crypto.fingerprint import Fingerprint
from florin.crypto.keyring import Keyring


class Vault:
    """The secrets of cards, members and people in use: indexes to find them by, envelopes to keep them in."""

    __slots__ = (
        "break_notes",
        "card_identities",
        "card_numbers",
        "cards",
        "case_texts",
        "claim_token_index",
        "claim_tokens",
        "closure_codes",
        "closure_identities",
        "closure_mails",
        "contact_notes",
        "customer_contacts",
        "day_reports",
        "delivery_passwords",
        "ecodes",
        "finding_texts",
        "fingerprint",
        "login_mails",
        "login_totp_secrets",
        "mail_index",
        "mails",
        "member_identities",
        "merchant_accounts",
        "mobile_index",
        "mobiles",
        "netting_accounts",
        "notice_addresses",
        "notice_secrets",
        "numbers",
        "payment_callbacks",
        "payment_codes",
        "payout_accounts",
        "person_identities",
        "person_identity_index",
        "person_mobile_index",
        "person_mobiles",
        "person_names",
        "receipt_parties",
        "recipient_contacts",
        "recipient_identities",
        "recipient_names",
        "refund_accounts",
        "review_texts",
        "statement_details",
        "statement_parts",
        "throttle_subjects",
        "totp_secrets",
        "trial_persons",
        "webhook_contacts",
        "webhook_old_secrets",
        "webhook_secrets",
    )

    def __init__(self, keyring: Keyring) -> None:  # noqa: PLR0915 (a list, one key a line)
        """Derive every key; tens of microseconds each, once a process."""
        self.cards = CardSecrets(keyring)
        self.claim_tokens = ClaimTokens(keyring)
        self.delivery_passwords = DeliveryPasswords(keyring)
        self.fingerprint = Fingerprint(keyring)
        self.numbers = BlindIndex(keyring, IndexKind.CARD_NUMBER)
        self.ecodes = BlindIndex(keyring, IndexKind.ECODE)
        self.payment_codes = BlindIndex(keyring, IndexKind.PAYMENT_CODE)
        self.mail_index = BlindIndex(keyring, IndexKind.MAIL)
        self.mobile_index = BlindIndex(keyring, IndexKind.MOBILE)
        self.person_identity_index = BlindIndex(keyring, IndexKind.PERSON_IDENTITY)
        self.person_mobile_index = BlindIndex(keyring, IndexKind.PERSON_MOBILE)
        self.trial_persons = BlindIndex(keyring, IndexKind.TRIAL_PERSON)
        self.claim_token_index = BlindIndex(keyring, IndexKind.CLAIM)
        self.closure_codes = BlindIndex(keyring, IndexKind.CLOSURE_CODE)
        self.throttle_subjects = BlindIndex(keyring, IndexKind.THROTTLE_SUBJECT)
        self.card_numbers = Envelope(keyring, "card", "number_encrypted")
        self.card_identities = Envelope(keyring, "card_holder", "identity_encrypted")
        self.mails = Envelope(keyring, "member", "mail_encrypted")
        self.mobiles = Envelope(keyring, "member", "mobile_encrypted")
        self.member_identities = Envelope(keyring, "member", "identity_encrypted")
        self.totp_secrets = Envelope(keyring, "member", "totp_secret_encrypted")
        self.person_names = Envelope(keyring, "person", "name_encrypted")
        self.person_mobiles = Envelope(keyring, "person_mobile", "mobile_encrypted")
        self.person_identities = Envelope(keyring, "person", "identity_encrypted")
        self.login_totp_secrets = Envelope(keyring, "login", "totp_secret_encrypted")
        self.recipient_names = Envelope(keyring, "order_recipient", "name_encrypted")
        self.recipient_contacts = Envelope(keyring, "order_recipient", "contact_encrypted")
        self.recipient_identities = Envelope(keyring, "order_recipient", "identity_encrypted")
        self.contact_notes = Envelope(keyring, "contact", "notes_encrypted")
        self.customer_contacts = Envelope(keyring, "customer", "contact_encrypted")
        self.refund_accounts = Envelope(keyring, "refund_account", "account_encrypted")
        self.payment_callbacks = Envelope(keyring, "payment_callback", "raw_encrypted")
        self.receipt_parties = Envelope(keyring, "receipt", "parties_encrypted")
        self.notice_secrets = Envelope(keyring, "notice", "secret_encrypted")
        self.notice_addresses = Envelope(keyring, "notice", "address_encrypted")
        self.login_mails = Envelope(keyring, "login_notices", "mail_encrypted")
        self.webhook_secrets = Envelope(keyring, "webhook_endpoint", "secret_encrypted")
        self.webhook_old_secrets = Envelope(keyring, "webhook_endpoint", "old_secret_encrypted")
        self.webhook_contacts = Envelope(keyring, "webhook_endpoint", "contact_encrypted")
        self.review_texts = Envelope(keyring, "cash_order", "text_encrypted")
        self.break_notes = Envelope(keyring, "break_change", "note_encrypted")
        self.finding_texts = Envelope(keyring, "payment_finding_note", "text_encrypted")
        self.case_texts = Envelope(keyring, "case_note", "text_encrypted")
        self.closure_identities = Envelope(keyring, "closure", "identity_encrypted")
        self.closure_mails = Envelope(keyring, "closure", "mail_encrypted")
        self.merchant_accounts = Envelope(keyring, "merchant_account", "account_encrypted")
        self.netting_accounts = Envelope(keyring, "netting_payout", "account_encrypted")
        self.payout_accounts = Envelope(keyring, "payout_account", "account_encrypted")
        self.day_reports = Envelope(keyring, "day_report", "content_encrypted")
        self.statement_parts = Envelope(keyring, "statement_file_part", "content_encrypted")
        self.statement_details = Envelope(keyring, "statement_line", "details_encrypted")
