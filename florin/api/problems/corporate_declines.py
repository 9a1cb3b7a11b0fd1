"""The declines of corporate customers, their orders and the people who work on them, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

CORPORATE_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.CUSTOMER_NOT_FOUND: (404, "There is no such corporate customer.", "Check the id."),
    Decline.CUSTOMER_NOT_ACTIVE: (
        409,
        "The customer is suspended.",
        "Ask the operator: orders and refunds wait until the customer is active again.",
    ),
    Decline.ORDER_NOT_FOUND: (404, "There is no such order.", "Check the id."),
    Decline.ORDER_NOT_IN_STATE: (
        409,
        "The order's status does not allow this operation.",
        "See `order_status`, where the order stands, `needed_status` and `allowed`, or read the order's timeline.",
    ),
    Decline.LINE_NOT_FOUND: (404, "The order has no such line.", "Read the order: its lines are numbered from 1."),
    Decline.LINE_NOT_FAILED: (
        409,
        "The line has not failed.",
        "Read the order's progress: only a line that could not be made is tried again or dropped.",
    ),
    Decline.LAST_LINE: (
        409,
        "No other line of the order is left.",
        "Cancel the order: its money is free again then.",
    ),
    Decline.ORDER_EMPTY: (422, "The order has no lines.", "Add lines or a recipients' file first."),
    Decline.ORDER_CHANGED: (
        409,
        "The hash is not that of the order as it was submitted last.",
        "Read the order again, and approve what it says now.",
    ),
    Decline.ORDER_ALTERED: (
        409,
        "The stored order is not what was submitted; it stays as it is, and an alarm was raised.",
        "Tell the operator at once: somebody may have written to the database.",
    ),
    Decline.RECIPIENTS_REQUIRED: (
        422,
        "Recipients are missing: registered cards need one with a document for each card, claim links one for each.",
        "Send a complete recipients' file.",
    ),
    Decline.ECODE_REQUIRED: (
        422,
        "Claim links are for products with e-codes, and the order has another product.",
        "Order products with e-codes, or have the cards delivered in files.",
    ),
    Decline.CARDS_ACTIVATED: (
        409,
        "Some of the order's cards are in use, so the order is not cancelled as a whole.",
        "Void the cards that are not in use by list.",
    ),
    Decline.CARD_NOT_REPLACEABLE: (
        409,
        "Some of the cards cannot be replaced; `findings` says which, and why. Nothing was done.",
        "Leave those cards out. A card that was replaced before is named by its successor's serial number.",
    ),
    Decline.REPLACEMENT_NOT_FOUND: (404, "The order has no such replacement.", "Check the id and the order."),
    Decline.REPLACEMENT_DECIDED: (
        409,
        "The replacement does not wait for a decision.",
        "Read the replacement: it was decided on before, or needed no decision.",
    ),
    Decline.INSTRUCTION_NOT_FOUND: (
        404,
        "Nothing was asked for of this order's cards under this id.",
        "Check the id and the order.",
    ),
    Decline.NOT_FUNDED: (
        409,
        "Less of the customer's money is free than the order costs.",
        "Nothing: the order is funded as soon as enough has arrived.",
    ),
    Decline.DELIVERED_OTHERWISE: (
        409,
        "The order goes out as files where links were asked for, or the other way round.",
        "Read the order's `delivery`: it was fixed when the order was submitted.",
    ),
    Decline.NOTHING_TO_DELIVER: (
        409,
        "No card of the order is left that could be delivered.",
        "Nothing, if every card is in use; a missing or damaged card is replaced, and its replacement delivered.",
    ),
    Decline.DELIVERY_KEY_NOT_IN_FORCE: (
        409,
        "The customer has no delivery key for the part, or has replaced it since the file was asked for.",
        "Have a key for the part put in force, then ask for the file again; or ask for a zip file.",
    ),
    Decline.DELIVERY_NOT_FOUND: (404, "There is no such delivery.", "Check the id."),
    Decline.DELIVERY_NOT_IN_STATE: (
        409,
        "The delivery waits for no decision, or was refused.",
        "Read the delivery; if it was refused, ask for another one.",
    ),
    Decline.DELIVERY_EXPIRED: (
        409,
        "The file was not fetched in time, or another one was asked for instead.",
        "Ask for the file again.",
    ),
    Decline.DELIVERY_FETCHED: (
        409,
        "The file has been fetched, which happens once.",
        "Look for the file; if it is lost, ask for it again and have another person approve that.",
    ),
    Decline.DELIVERY_INCOMPLETE: (
        409,
        "Some of the order's cards have not left yet, as files or as links.",
        "Fetch both files of the whole order, numbers and PINs; if it goes out as links, send them all.",
    ),
    Decline.DELIVERY_HAS_NO_PASSWORD: (
        409,
        "The file opens with the customer's delivery key, not with a password.",
        "Open it with the key of the part.",
    ),
    Decline.DELIVERY_PASSWORD_READ: (
        409,
        "The password has been read, which happens once.",
        "Ask whoever has read it; if it is lost, ask for the file again.",
    ),
    Decline.REQUESTER_ONLY: (
        403,
        "Only whoever asked for the file fetches it.",
        "Leave it to that person, or ask for the file yourself.",
    ),
    Decline.LINK_NOT_FOUND: (
        404,
        "No link has been sent for this card, or the card was replaced or given up.",
        "Check the card's name; a card that took another's place gets its link when links are sent again.",
    ),
    Decline.LINK_SENT_TODAY: (
        409,
        "The card's link was sent less than a day ago.",
        "Wait for a day after the last sending.",
    ),
    Decline.LINK_NOT_ACCEPTED: (
        404,
        "No card is claimed by this link; of several links for one card only the latest counts.",
        "Use the latest link, or ask the company that sent it.",
    ),
    Decline.LINK_CLAIMED: (
        409,
        "The link has been used, which happens once.",
        "Look for the card that was shown then; if that was somebody else, tell the company that sent the link.",
    ),
    Decline.LINK_EXPIRED: (
        409,
        "The link was not used in time, or its card was replaced or given up.",
        "Ask the company that sent it for another one.",
    ),
    Decline.REGISTRATION_TAKEN: (
        409,
        "Another customer of the programme has this registration number.",
        "Look the customer up instead of creating it again.",
    ),
    Decline.BANK_TRANSFER_REQUIRED: (
        409,
        "The programme's policy pack lets a company pay such a sum by bank transfer only.",
        "Return the cash and have the sum transferred.",
    ),
    Decline.RECEIPT_NOT_FOUND: (404, "No receipt was recorded under this id.", "Check the id."),
    Decline.RECEIPT_DIFFERS: (
        409,
        "The bank reference was recorded before, and with other particulars.",
        "Read the receipt under `receipt_id`. If this is other money, send the reference that the bank gave it.",
    ),
    Decline.REFUND_ACCOUNT_REQUIRED: (
        409,
        "The customer has no bank account in force that refunds go to.",
        "Propose one, and have another person decide.",
    ),
    Decline.REFUND_ACCOUNT_CHANGED: (
        409,
        "Another bank account is in force than the one that the refund was requested for.",
        "Refuse this refund and request it again.",
    ),
    Decline.REFUND_ACCOUNT_NOT_OWN: (
        409,
        "The bank account is not held in the customer's own name.",
        "Name an account whose holder is called as the customer is.",
    ),
    Decline.FUNDING_REFUND_NOT_FOUND: (404, "No refund of a customer's money has this id.", "Check the id."),
    Decline.FUNDING_REFUND_NOT_IN_STATE: (
        409,
        "The refund was decided or paid before, or nobody has approved it yet.",
        "Read the refund: its status says what comes next.",
    ),
    Decline.DELIVERY_KEY_IN_USE: (
        409,
        "The key is proposed or in use already, or it opens the other part of the card files.",
        "Make a new key; numbers and PINs are for two keys of two people.",
    ),
    Decline.PROPOSAL_NOT_FOUND: (404, "Nothing waits for a decision under this id.", "Check the id, or read the list."),
    Decline.PROPOSAL_WAITS: (
        409,
        "An earlier proposal waits for its decision.",
        "Have it decided first.",
    ),
    Decline.BANK_ACCOUNT_NOT_SET: (
        409,
        "The programme has no bank account yet that customers could pay to.",
        "Ask the operator to set it: `florin programme bank-account`.",
    ),
    Decline.RECIPIENTS_REFUSED: (
        422,
        "The recipients' file has findings, so nothing of it was taken.",
        "Correct the cells that `wrong_cells` names, and send the whole file again.",
    ),
    Decline.APPROVAL_REQUIRED: (403, "A second person must approve first.", "Have it approved, then send it again."),
    Decline.SAME_PERSON: (403, "Whoever makes a request may not approve it.", "Ask another person."),
    Decline.LOGIN_NOT_FOUND: (404, "There is no such login among these people.", "Check the id and whose login it is."),
    Decline.LOGIN_NOT_ENROLLED: (
        409,
        "The login's owner has not changed the initial password yet, or one-time codes are not on.",
        "Release it after its owner has enrolled and has confirmed that to you.",
    ),
    Decline.LOGIN_WAITS: (
        409,
        "Somebody else has set the login up, and nobody has released it since.",
        "Ask whoever has set it up, or block it and add another one.",
    ),
    Decline.WORKS_FOR_CUSTOMER: (
        403,
        "Your person has a login at this customer, so you do not decide for the operator here.",
        "Ask somebody who does not work for the customer.",
    ),
    Decline.PERSON_MISMATCH: (
        409,
        "Mobile number and document are on record for two different persons.",
        "Find out who it is. If one person has come with two documents or numbers, use those that are on record.",
    ),
    Decline.ROLE_REQUIRED: (
        403,
        "The login has none of the roles that this is for.",
        "Ask somebody who has the role.",
    ),
}
