"""Declines: every business "no" that Florin gives, as a value with a stable code.

A decline is returned, never raised: its transaction commits, so that a wrong PIN is counted and a replay gets the same
answer. The codes are part of the interface; ``docs/problems.md`` explains each to callers.
"""

from enum import StrEnum, auto


class Decline(StrEnum):
    """Why a request in good form was refused. The value is the code on the wire."""

    # The card
    CARD_NOT_ACCEPTED = auto()  # what was shown opens no usable card; one answer for unknown, wrong and inactive
    CARD_NOT_ACTIVE = auto()  # the card is not in use: still unsold, or closed, voided or replaced
    CARD_BLOCKED = auto()  # a block on the card stops this operation
    CARD_EXPIRED = auto()  # the card's last day has passed; its value is reactivated or exchanged, never lost
    CARD_REDEEMED = auto()  # the card's whole value has gone into a wallet
    CARD_NOT_FOUND = auto()  # no card of the caller's has this id
    CARD_NOT_SELLABLE = auto()  # the card is not at the step of its sale that the operation needs
    CARD_NOT_VOIDABLE = auto()  # only unsold stock is voided

    # The money
    INSUFFICIENT_FUNDS = auto()  # less is available than was asked for
    OPEN_HOLDS = auto()  # open holds reserve part of the value that was to move whole
    BALANCE_REMAINS = auto()  # an account is closed only when it is empty
    LIMIT_EXCEEDED = auto()  # a cap on faces or balances would be passed
    CURRENCY_MISMATCH = auto()  # the amount is not in the programme's currency

    # The merchant
    MERCHANT_INACTIVE = auto()  # the merchant is suspended or has left
    OUT_OF_NETWORK = auto()  # the card's programme does not include this merchant

    # The operation that a request refers to
    DUPLICATE_REFERENCE = auto()  # the merchant has used this reference for another operation
    EVENT_TIME_NOT_ACCEPTED = auto()  # the sale is told of more than 366 days late, or lies in the future
    NOT_REVERSIBLE = auto()  # an operation of this kind, or used since, cannot be undone by its reference
    ALREADY_REVERSED = auto()  # the operation has been voided or reversed, or its reversal came first
    PURCHASE_NOT_FOUND = auto()  # no purchase of the caller's has this id or reference
    REFUND_EXCEEDS_REMAINING = auto()  # more than the purchase took and has not given back
    REFUND_ABOVE_CAP = auto()  # the card or account would hold more than it may
    PARTLY_REFUNDED = auto()  # only a purchase of which nothing was given back is voided
    VOID_WINDOW_PASSED = auto()  # too late to void: refund instead
    REVERSAL_WINDOW_PASSED = auto()  # too late to reverse: refund a purchase instead
    REFUND_NOT_FOUND = auto()  # no refund of the caller's has this id
    HOLD_NOT_FOUND = auto()  # no hold of the caller's has this id
    HOLD_NOT_OPEN = auto()  # the hold was captured or released before
    HOLD_AWAITS_PAYMENT = auto()  # the hold is the wallet's part of a split purchase, which completes by itself
    HOLD_EXPIRED = auto()  # the hold's time has run out and its money is free again
    CAPTURE_EXCEEDS_HOLD = auto()  # more than the hold keeps

    # The member
    PAYMENT_CODE_INVALID = auto()  # the member's consent code is wrong, spent or too old
    MEMBER_NOT_ACTIVE = auto()  # the member is not registered far enough, blocked, or gone
    REAL_NAME_REQUIRED = auto()  # the law wants a checked name first
    AGREEMENT_REQUIRED = auto()  # the current agreement has not been accepted
    USER_NAME_TAKEN = auto()  # another member or login has this user name
    CONTACT_TAKEN = auto()  # another member has this mail address or mobile number
    SIGN_IN_REFUSED = auto()  # name, password and one-time code open no account; one answer whatever was wrong
    PASSWORD_INCORRECT = auto()  # the own password of who is signed in, asked for again, is wrong
    TOTP_ALREADY_ON = auto()  # one-time codes are on; they are removed before they are enrolled anew
    TOTP_CODE_INCORRECT = auto()  # the one-time code is wrong, used, or no enrolment waits for it
    IDENTITY_ON_RECORD = auto()  # a real name is on record, and only the operator corrects it
    MEMBER_NOT_FOUND = auto()  # there is no such member

    # Orders paid at the door
    CASH_ORDER_NOT_FOUND = auto()  # there is no such order, or it is not the caller's
    CASH_ORDER_NOT_IN_STATE = auto()  # not delivered yet, over, or too late to review

    # Dormant balances
    BALANCE_ENDING_NOT_FOUND = auto()  # there is no such proposal
    BALANCE_ENDING_NOT_IN_STATE = auto()  # the proposal has been decided on
    BALANCE_ENDING_NOT_PERMITTED = auto()  # neither terms nor law let a balance end here
    BALANCE_ENDING_ALTERED = auto()  # the list is not what the hash says
    NOTHING_TO_END = auto()  # no balance has been dormant for so long
    BALANCE_CHANGED = auto()  # something has happened on the account since the proposal
    NOTHING_LAPSED = auto()  # nothing has lapsed of this card or member, or it cannot take it back now
    BALANCE_NOT_RESTORABLE = auto()  # the card or account is not in use any more

    # Payments through providers
    PROVIDER_NOT_FOUND = auto()  # no payment provider has this name here
    PROVIDER_UNAVAILABLE = auto()  # the provider does not answer; the payment waits
    PAYMENT_REFUSED = auto()  # the provider will not offer the payment
    PAYMENT_NOT_FOUND = auto()  # there is no such payment, or it is not the caller's
    PAYMENT_NOT_REFUNDABLE = auto()  # nothing of the payment can go back this way
    REFUND_PERIOD_OVER = auto()  # the time within which a payment goes back for the asking is over
    REFUND_EXCEEDS_UNSPENT = auto()  # more than is left of the payment, or than is unspent in the wallet
    FUNDS_SUFFICE = auto()  # the wallet can pay a split purchase alone
    SPLIT_PURCHASE_NOT_FOUND = auto()  # no split purchase of the caller's has this id
    CALLBACK_REFUSED = auto()  # a callback not to be believed; one answer whatever was wrong
    RETURN_URL_NOT_ALLOWED = auto()  # the programme has not listed this page to come back to
    PAYMENT_FINDING_NOT_FOUND = auto()  # there is no such finding
    PAYMENT_FINDING_CLOSED = auto()  # the finding has been closed; nothing is written to it any more
    OUT_OF_STOCK = auto()  # no card of this kind and face is left for sale online
    TRIAL_CARD_NOT_OFFERED = auto()  # no first card of this product and denomination costs less than its face
    TRIAL_CARD_USED = auto()  # a trial card is a person's first card, and there was one, or one is being paid for

    # Loyalty
    LOYALTY_NOT_OFFERED = auto()  # the programme has no loyalty terms in force, or these do not offer what was asked
    POINTS_NOT_ENOUGH = auto()  # the member has fewer points than the offer costs
    VOUCHER_NOT_FOUND = auto()  # the member has no voucher of this id
    VOUCHER_NOT_USABLE = auto()  # the voucher has been used, or its last day has passed
    REFERRER_NOT_FOUND = auto()  # nobody who could have brought a new member in has the user name given
    DAY_CLOSED = auto()  # terms are set for days that are still open

    # The configuration
    CODE_TAKEN = auto()  # another programme, product, merchant, terminal or agreement has this code
    ISSUER_PREFIX_TAKEN = auto()  # another programme's card numbers begin with these digits
    VALIDITY_TOO_SHORT = auto()  # the policy lets cards of this kind not expire so soon, or not at all
    PROGRAMME_NOT_FOUND = auto()  # there is no such programme
    PRODUCT_NOT_FOUND = auto()  # there is no such card product
    MERCHANT_NOT_FOUND = auto()  # there is no such merchant
    TERMINAL_NOT_FOUND = auto()  # the merchant has no such terminal
    API_KEY_NOT_FOUND = auto()  # there is no such key, or it was revoked before
    AGREEMENT_NOT_FOUND = auto()  # the programme has no agreement in force, or there is no such programme

    # The making of cards
    DENOMINATION_NOT_OFFERED = auto()  # the product is not issued in this denomination
    NOT_SOLD_ONLINE = auto()  # cards of this kind need their holder's name, and are sold at a till only
    ISSUE_NOT_FOUND = auto()  # no cards were ordered under this id
    ISSUE_NOT_READY = auto()  # not all of its cards have been made yet

    # Corporate customers and their orders
    CUSTOMER_NOT_FOUND = auto()  # there is no such corporate customer, or it is not the caller's
    CUSTOMER_NOT_ACTIVE = auto()  # the customer is suspended
    ORDER_NOT_FOUND = auto()  # there is no such order, or it is not the caller's
    ORDER_NOT_IN_STATE = auto()  # the order's status does not allow the operation
    ORDER_EMPTY = auto()  # an order without lines is not submitted
    ORDER_CHANGED = auto()  # what is to be approved is not what was submitted last
    ORDER_ALTERED = auto()  # the stored order is not what was submitted: somebody has changed it behind our back
    RECIPIENTS_REQUIRED = auto()  # registered cards and claim links need a recipient for each card
    RECIPIENTS_REFUSED = auto()  # something is wrong with a recipients' file, so nothing of it was taken
    BANK_ACCOUNT_NOT_SET = auto()  # the programme has no bank account that customers could pay to
    ECODE_REQUIRED = auto()  # claim links are for products with e-codes
    CARDS_ACTIVATED = auto()  # some of the order's cards are in use, so it is not cancelled whole
    LINE_NOT_FOUND = auto()  # the order has no such line
    LINE_NOT_FAILED = auto()  # only a line that could not be made is tried again or dropped
    LAST_LINE = auto()  # no other line of the order is left: it is cancelled as a whole
    CARD_NOT_REPLACEABLE = auto()  # a card that is to be replaced is gone, or is being replaced already
    REPLACEMENT_NOT_FOUND = auto()  # no card of the order is replaced under this id
    REPLACEMENT_DECIDED = auto()  # somebody has approved or refused it before
    INSTRUCTION_NOT_FOUND = auto()  # nothing was asked for of the order's cards under this id
    NOT_FUNDED = auto()  # less of the customer's money is free than the order costs

    # The delivery of ordered cards
    DELIVERED_OTHERWISE = auto()  # the order goes out as files where links were asked for, or the other way round
    NOTHING_TO_DELIVER = auto()  # no card is left that the delivery could be of
    DELIVERY_KEY_NOT_IN_FORCE = auto()  # the customer has no key for the part, or has replaced it since
    DELIVERY_NOT_FOUND = auto()  # there is no such delivery, or it is not the caller's
    DELIVERY_NOT_IN_STATE = auto()  # the delivery waits for no decision, or was refused
    DELIVERY_EXPIRED = auto()  # it was not fetched in time, or another one was asked for instead
    DELIVERY_FETCHED = auto()  # the file has been fetched, which happens once
    DELIVERY_INCOMPLETE = auto()  # not every card of the order has left yet, so none of it can have arrived
    DELIVERY_HAS_NO_PASSWORD = auto()  # its file opens with a key
    DELIVERY_PASSWORD_READ = auto()  # the password has been read, which happens once
    REQUESTER_ONLY = auto()  # only whoever asked for the file fetches it
    LINK_NOT_FOUND = auto()  # no link has been sent for this card of the order, or the card is nobody's any more
    LINK_SENT_TODAY = auto()  # the card's link was sent less than a day ago
    LINK_NOT_ACCEPTED = auto()  # no link is claimed by this token, or a later one has taken its place
    LINK_CLAIMED = auto()  # the link has been used, which happens once
    LINK_EXPIRED = auto()  # the link was not used in time, or its card was replaced or given up
    REGISTRATION_TAKEN = auto()  # another customer of the programme has this registration number
    BANK_TRANSFER_REQUIRED = auto()  # the law lets a company pay such a sum by bank transfer only
    RECEIPT_NOT_FOUND = auto()  # no receipt was recorded under this id
    RECEIPT_DIFFERS = auto()  # the bank reference stands for another receipt, or the same one told otherwise
    REFUND_ACCOUNT_REQUIRED = auto()  # the customer has no bank account in force that refunds go to
    REFUND_ACCOUNT_CHANGED = auto()  # another bank account is in force than the one that the refund was requested for
    REFUND_ACCOUNT_NOT_OWN = auto()  # the bank account is not held in the customer's own name
    FUNDING_REFUND_NOT_FOUND = auto()  # no refund of a customer's money has this id
    FUNDING_REFUND_NOT_IN_STATE = auto()  # the refund was decided or paid before, or is not approved yet
    DELIVERY_KEY_IN_USE = auto()  # the key is proposed or in use already, or opens the other part of the card files
    PROPOSAL_NOT_FOUND = auto()  # nothing waits for a decision under this id
    PROPOSAL_WAITS = auto()  # an earlier proposal waits for its decision

    # The closing of accounts
    CLOSURE_NOT_FOUND = auto()  # no account is, or was, closed under this id
    CLOSURE_NOT_IN_STATE = auto()  # the closure's status does not allow the operation
    CLOSURE_UNDER_WAY = auto()  # the account or card is being closed already
    CLOSURE_CHANGED = auto()  # what is confirmed or approved is not what the closure says now
    CLOSURE_CODE_INCORRECT = auto()  # the code confirms no closure: wrong, too old, tried too often, or for another
    CLOSURE_COOLING_OFF = auto()  # the holder may still think better of it
    CARD_NOT_REGISTERED = auto()  # a bearer card has no holder who could be paid out
    IDENTITY_DIFFERS = auto()  # the identity shown is not the one on record
    DISPUTE_OPEN = auto()  # a dispute about the account's purchases is not decided yet
    PAYMENT_OPEN = auto()  # a payment into the account is under way
    VERIFICATION_IMPOSSIBLE = auto()  # neither one-time codes are on nor a mail address is on record
    PAYOUT_ACCOUNT_REQUIRED = auto()  # there is money to pay out, and no bank account to pay it to
    PAYOUT_ACCOUNT_NOT_OWN = auto()  # the bank account is not in the name on record
    PAYOUT_NOT_FOUND = auto()  # there is no such payout
    PAYOUT_NOT_IN_STATE = auto()  # the payout's status does not allow the operation
    PAYOUT_FILE_NOT_FOUND = auto()  # there is no such payout file
    PAYOUT_FILE_NOT_FINISHED = auto()  # its payouts are still being posted
    PAYOUT_FILE_ALTERED = auto()  # the file is not what it was when it was made: its payouts were changed since
    NOTHING_TO_PAY = auto()  # no payout waits for a file

    # The settlement of merchants
    MERCHANT_STATEMENT_NOT_FOUND = auto()  # no statement of the caller's has this id
    MERCHANT_STATEMENT_NOT_IN_STATE = auto()  # the statement is approved already
    MERCHANT_STATEMENT_NOT_DRAFTED = auto()  # a clock has drawn it up, and nobody of finance yet
    MERCHANT_STATEMENT_WAITS = auto()  # an earlier day of the same merchant is not approved yet
    MERCHANT_STATEMENT_CHANGED = auto()  # its figures are not those that were looked at
    NETTING_STATEMENT_NOT_FOUND = auto()  # no netting statement has this id
    NETTING_STATEMENT_NOT_IN_STATE = auto()  # the netting statement is approved already
    NETTING_STATEMENT_CHANGED = auto()  # its figures, or where it is paid to, are not those that were looked at
    NOTHING_TO_NET = auto()  # neither of the two programmes owes the other anything that is not netted yet
    MERCHANT_OWES_LESS = auto()  # it does not owe that much for cards that it has sold
    MERCHANT_DAY_SETTLED = auto()  # terms cannot change for a day whose statement is approved

    # Money that nobody was found for
    SUSPENSE_ITEM_NOT_FOUND = auto()  # there is no such item in suspense
    SUSPENSE_NOT_IN_STATE = auto()  # what was proposed for the item, or that nothing was, does not allow the operation
    SUSPENSE_CHANGED = auto()  # what is proposed is not what was looked at

    # Cases
    CASE_NOT_FOUND = auto()  # there is no such case, or it is not the caller's
    CASE_NOT_IN_STATE = auto()  # the case's status does not allow the operation, or it is not for the caller
    CASE_WITHOUT_MEMBER = auto()  # the case is no member's, so there is nobody to give a voucher to
    CASE_HAS_NOBODY_TO_ASK = auto()  # the case is of no member, or about no merchant
    CASE_WITHOUT_PURCHASE = auto()  # the case is about no purchase, so there is nothing to give back

    # Breaks
    BREAK_NOT_FOUND = auto()  # no break has this id
    BREAK_NOT_IN_STATE = auto()  # the break's state does not allow the operation
    BREAK_NOT_POSTABLE = auto()  # a break of this kind cannot be posted to this account
    BREAK_ABOVE_LIMIT = auto()  # more than the counterparty's terms allow to be written off
    BREAK_NEEDS_A_SECOND_PERSON = auto()  # one person alone closes only what differs in its date
    BREAK_CHANGED = auto()  # it, or what is proposed for it, is not what was looked at

    # Lost cards
    LOSS_NOT_FOUND = auto()  # no card was reported lost under this id, or it is not the caller's
    LOSS_NOT_IN_STATE = auto()  # the card was replaced or found again before
    LOSS_REPORTED = auto()  # the card is reported lost already, and waits for its decision

    # The book
    JOURNAL_NOT_FOUND = auto()  # nothing was posted under this id
    DAY_NOT_OVER = auto()  # a business day is closed after its end
    BOOK_NOT_PROVEN = auto()  # a proof has findings, so nothing is sealed
    DAY_CLOSE_UNDER_WAY = auto()  # somebody else is closing days of the programme
    DAY_NOT_REOPENABLE = auto()  # a later day was closed, or a merchant's statement of it is approved
    DAY_REPORT_NOT_FOUND = auto()  # no report of this name and edition is archived of the day
    FILE_NOT_MISSING = auto()  # nobody waits for a file of this counterparty's of that day
    PROOF_RUN_NOT_FOUND = auto()  # the book was not proven under this id

    # Statements of banks and providers
    COUNTERPARTY_NOT_FOUND = auto()  # there is no such counterparty
    COUNTERPARTY_TAKEN = auto()  # its code, account or provider is another counterparty's
    MATCHING_RUN_NOT_FOUND = auto()  # there has been no such run of matching
    STATEMENT_FILE_NOT_FOUND = auto()  # no such file has been handed in
    STATEMENT_FILE_NOT_IN_STATE = auto()  # only a file that was kept apart is read again

    # The people who approve
    APPROVAL_REQUIRED = auto()  # a second person must approve first
    SAME_PERSON = auto()  # whoever makes a request may not approve it
    LOGIN_NOT_FOUND = auto()  # there is no such login, or it is not where it was looked for
    LOGIN_NOT_ENROLLED = auto()  # its owner has not enrolled yet, so nobody can be made sure of
    LOGIN_WAITS = auto()  # somebody else has set the login up, and nobody has released it since
    WORKS_FOR_CUSTOMER = auto()  # the person has a login at the customer, too
    PERSON_MISMATCH = auto()  # mobile number and identity document are on record for two different persons
    ROLE_REQUIRED = auto()  # the login has none of the roles that this is for

    # Notices and webhooks
    WEBHOOK_NOT_FOUND = auto()  # there is no such endpoint, or it is somebody else's
    TOO_MANY_WEBHOOKS = auto()  # the owner has as many endpoints as one may have
    NOTICE_ALWAYS_SENT = auto()  # a notice that nobody can switch off

    # The service
    RATE_LIMITED = auto()  # too many attempts by this caller, from this address, or in total
    BUSY = auto()  # nothing was done; send the same request again later
