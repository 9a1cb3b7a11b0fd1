"""What every kind of caller finds at every route, on things that are the shop's, a member's or a customer's own.

The table says what each is to find; a route that is not in it fails the test, so that nothing is opened by oversight.
It has two groups of columns, in this order:

* machines and members: nobody (without a token), garbage (an invented token), revoked (a revoked one), unscoped (the
  shop's till without the route's scope), member (whose things they are), other (another member), rival (another shop's
  till), till (the shop's own, with all that tills may), operator (an operator's machine);
* people, who have signed in and are enrolled: buyer and approver (of the customer whose things they are), foreign (a
  buyer and approver of another customer), operator, manager, finance, finance approver, auditor, administrator (all six
  of the operator's own, each with that one role).

A sign is + for who is let in and finds the thing (a refusal for another reason counts as finding it), 0 for who is let
in and told that there is no such thing, - for who is not let in.
"""

from typing import Final

from florin.domain.people import Role

MACHINES: Final = ("nobody", "garbage", "revoked", "unscoped", "member", "other", "rival", "till", "operator")
OUR_PEOPLE: Final = (
    Role.OPERATOR, Role.MANAGER, Role.FINANCE, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR,
)  # fmt: skip
PEOPLE: Final = ("buyer", "approver", "foreign", *(f"our {role}" for role in OUR_PEOPLE))
CALLERS: Final = (*MACHINES, *PEOPLE)

TABLE: Final = """
GET    /healthz                                                       +++++++++ +++++++++
GET    /metrics                                                       +++++++++ +++++++++
GET    /problems/{code}                                               +++++++++ +++++++++
GET    /readyz                                                        +++++++++ +++++++++
POST   /v1/activations                                                ------++- ---------
POST   /v1/activations/bulk                                           ------++- ---------
GET    /v1/api-keys                                                   --------+ ---------
POST   /v1/api-keys                                                   --------+ ---------
DELETE /v1/api-keys/{key_id}                                          --------+ ---------
POST   /v1/card-inquiries                                             +++++++++ +++++++++
POST   /v1/card-issues                                                --------+ ---------
GET    /v1/card-issues/{issue_id}                                     --------+ ---------
GET    /v1/card-issues/{issue_id}/file                                --------+ ---------
POST   /v1/card-lookups                                               ------0++ ---------
GET    /v1/cards/{card_id}                                            ------0++ ---------
POST   /v1/cards/{card_id}/block                                      --------+ ---------
GET    /v1/cards/{card_id}/statement                                  --------+ ---------
POST   /v1/cards/{card_id}/unblock                                    --------+ ---------
POST   /v1/cards/{card_id}/void                                       --------+ ---------
POST   /v1/claims                                                     000000000 000000000
POST   /v1/claims/preview                                             000000000 000000000
GET    /v1/customers                                                 --------- ---+++++-
POST   /v1/customers                                                 --------- ---+-----
GET    /v1/customers/{customer_id}                                   --------- ++0+++++-
PUT    /v1/customers/{customer_id}/approval-limit                    --------- -+0-+----
PUT    /v1/customers/{customer_id}/contacts                          --------- ++0+-----
GET    /v1/customers/{customer_id}/delivery-keys                     --------- ++0+++++-
POST   /v1/customers/{customer_id}/delivery-keys                     --------- ++0+-----
GET    /v1/customers/{customer_id}/funding                           --------- ++0+++++-
PUT    /v1/customers/{customer_id}/name                               --------- ----+----
GET    /v1/customers/{customer_id}/people                             --------- ++0++--+-
POST   /v1/customers/{customer_id}/people                             --------- ---++----
GET    /v1/customers/{customer_id}/refund-accounts                   --------- ++0+++++-
POST   /v1/customers/{customer_id}/refund-accounts                   --------- ++0+-+---
POST   /v1/customers/{customer_id}/resume                            --------- ----+----
POST   /v1/customers/{customer_id}/suspend                           --------- ----+----
GET    /v1/deliveries/{delivery_id}                                   --------- ++0+++++-
POST   /v1/deliveries/{delivery_id}/approve                           --------- -+0------
POST   /v1/deliveries/{delivery_id}/file                              --------- +-0------
POST   /v1/deliveries/{delivery_id}/password                          --------- -+0------
POST   /v1/deliveries/{delivery_id}/refuse                            --------- -+0------
POST   /v1/delivery-keys/{delivery_key_id}/approve                   --------- -+0-+----
POST   /v1/delivery-keys/{delivery_key_id}/refuse                    --------- -+0-+----
GET    /v1/desk/me                                                    --------- +++++++++
PUT    /v1/desk/password                                              --------- +++++++++
POST   /v1/desk/sessions                                              +++++++++ +++++++++
DELETE /v1/desk/sessions/current                                      --------- +++++++++
POST   /v1/desk/totp                                                  --------- +++++++++
POST   /v1/desk/totp/confirm                                          --------- +++++++++
GET    /v1/events                                                     --------+ ---------
GET    /v1/funding-refunds                                           --------- ++++++++-
POST   /v1/funding-refunds                                           --------- -----+---
GET    /v1/funding-refunds/{funding_refund_id}                       --------- ++0+++++-
POST   /v1/funding-refunds/{funding_refund_id}/approve               --------- ------+--
POST   /v1/funding-refunds/{funding_refund_id}/pay                   --------- -----+---
POST   /v1/funding-refunds/{funding_refund_id}/refuse                --------- ------+--
GET    /v1/holds                                                      ------+++ ---------
POST   /v1/holds                                                      ------++- ---------
GET    /v1/holds/{hold_id}                                            ------0++ ---------
POST   /v1/holds/{hold_id}/capture                                    ------0+- ---------
POST   /v1/holds/{hold_id}/release                                    ------0+- ---------
GET    /v1/journals/{journal_id}                                      --------+ ---------
GET    /v1/me                                                         ----++--- ---------
GET    /v1/me/balance                                                 ----++--- ---------
PUT    /v1/me/contacts                                                ----++--- ---------
PUT    /v1/me/identity                                                ----++--- ---------
POST   /v1/me/load-previews                                           ----++--- ---------
GET    /v1/me/loads                                                   ----++--- ---------
POST   /v1/me/loads                                                   ----++--- ---------
PUT    /v1/me/password                                                ----++--- ---------
POST   /v1/me/payment-codes                                           ----++--- ---------
GET    /v1/me/payments                                                ----++--- ---------
POST   /v1/me/payments                                                ----++--- ---------
GET    /v1/me/payments/{payment_id}                                   ----+0--- ---------
POST   /v1/me/payments/{payment_id}/refunds                           ----+0--- ---------
GET    /v1/me/points                                                  ----++--- ---------
POST   /v1/me/points/exchanges                                        ----++--- ---------
GET    /v1/me/points/statement                                        ----++--- ---------
GET    /v1/me/purchases                                               ----++--- ---------
GET    /v1/me/statement                                               ----++--- ---------
POST   /v1/me/totp                                                    ----++--- ---------
POST   /v1/me/totp/confirm                                            ----++--- ---------
POST   /v1/me/totp/remove                                             ----++--- ---------
GET    /v1/me/vouchers                                                ----++--- ---------
POST   /v1/me/vouchers/uses                                           ----00--- ---------
GET    /v1/members                                                    --------+ ---------
POST   /v1/members                                                    +++++++++ +++++++++
GET    /v1/members/{member_id}                                        --------+ ---------
POST   /v1/members/{member_id}/block                                  --------+ ---------
POST   /v1/members/{member_id}/close                                  --------+ ---------
GET    /v1/members/{member_id}/contacts                               --------- ---++----
POST   /v1/members/{member_id}/contacts                               --------- ---++----
GET    /v1/members/{member_id}/dormancy                               --------- ---++--+-
GET    /v1/members/{member_id}/statement                              --------+ ---------
POST   /v1/members/{member_id}/unblock                                --------+ ---------
GET    /v1/merchants                                                  ------+++ ---------
POST   /v1/merchants                                                  --------+ ---------
GET    /v1/merchants/{merchant_id}                                    ------0++ ---------
POST   /v1/merchants/{merchant_id}/resume                             --------+ ---------
POST   /v1/merchants/{merchant_id}/suspend                            --------+ ---------
GET    /v1/merchants/{merchant_id}/terminals                          ------0++ ---------
POST   /v1/merchants/{merchant_id}/terminals                          --------+ ---------
GET    /v1/operations                                                 ------+++ ---------
GET    /v1/orders                                                     --------- ++++++++-
POST   /v1/orders                                                     --------- +-0+-----
GET    /v1/orders/{order_id}                                          --------- ++0+++++-
GET    /v1/orders/{order_id}/activations                              --------- ++0+++++-
POST   /v1/orders/{order_id}/activations                              --------- +-0------
GET    /v1/orders/{order_id}/activations/{activation_id}              --------- ++0+++++-
POST   /v1/orders/{order_id}/approve                                  --------- -+0-+----
POST   /v1/orders/{order_id}/cancel                                   --------- +-0++----
GET    /v1/orders/{order_id}/cards                                    --------- ++0+++++-
GET    /v1/orders/{order_id}/cards.csv                                --------- ++0+++++-
GET    /v1/orders/{order_id}/cards.xlsx                               --------- ++0+++++-
GET    /v1/orders/{order_id}/deliveries                               --------- ++0+++++-
POST   /v1/orders/{order_id}/deliveries                               --------- +-0------
PUT    /v1/orders/{order_id}/lines                                    --------- +-0+-----
POST   /v1/orders/{order_id}/lines/{line}/drop                        --------- ---++----
POST   /v1/orders/{order_id}/lines/{line}/retry                       --------- ---++----
GET    /v1/orders/{order_id}/links                                    --------- ++0+++++-
POST   /v1/orders/{order_id}/links                                    --------- +-0------
POST   /v1/orders/{order_id}/links/resend                             --------- 0-0------
GET    /v1/orders/{order_id}/pro-forma                                --------- ++0+++++-
GET    /v1/orders/{order_id}/progress                                 --------- ++0+++++-
GET    /v1/orders/{order_id}/progress/events                          --------- ++0+++++-
POST   /v1/orders/{order_id}/receipt-confirmation                     --------- +-0------
GET    /v1/orders/{order_id}/recipients                               --------- ++0+++++-
PUT    /v1/orders/{order_id}/recipients                               --------- +-0+-----
POST   /v1/orders/{order_id}/recipients/check                         --------- +-0+-----
POST   /v1/orders/{order_id}/repeat                                   --------- +-0+-----
GET    /v1/orders/{order_id}/replacements                             --------- ++0+++++-
POST   /v1/orders/{order_id}/replacements                             --------- +-0+-----
GET    /v1/orders/{order_id}/replacements/{replacement_id}            --------- ++0+++++-
POST   /v1/orders/{order_id}/replacements/{replacement_id}/approve    --------- ----+----
POST   /v1/orders/{order_id}/replacements/{replacement_id}/refuse     --------- ----+----
POST   /v1/orders/{order_id}/return                                   --------- ++0++----
GET    /v1/orders/{order_id}/statement                                --------- ++0+++++-
GET    /v1/orders/{order_id}/statement.csv                            --------- ++0+++++-
GET    /v1/orders/{order_id}/statement.pdf                            --------- ++0+++++-
GET    /v1/orders/{order_id}/statement.xlsx                           --------- ++0+++++-
POST   /v1/orders/{order_id}/submit                                   --------- +-0+-----
GET    /v1/orders/{order_id}/timeline                                 --------- ++0+++++-
GET    /v1/orders/{order_id}/void-cards                               --------- ++0+++++-
POST   /v1/orders/{order_id}/void-cards                               --------- +-0+-----
GET    /v1/orders/{order_id}/void-cards/{voiding_id}                  --------- ++0+++++-
GET    /v1/outstanding                                                --------+ ---------
POST   /v1/payment-callbacks/{provider}                               +++++++++ +++++++++
GET    /v1/payment-findings                                           --------- ---+++++-
GET    /v1/payment-providers                                          ----++--- ---------
GET    /v1/payments                                                   --------- ---+++++-
GET    /v1/payments/{payment_id}                                      --------- ---+++++-
POST   /v1/payments/{payment_id}/ask                                  --------- ---+-+---
POST   /v1/payments/{payment_id}/return                               --------- -----+---
GET    /v1/people                                                     --------- ----+--++
POST   /v1/people                                                     --------- --------+
POST   /v1/people/{login_id}/block                                    --------- ---++---+
PUT    /v1/people/{login_id}/identity                                 --------- ---++---+
POST   /v1/people/{login_id}/release                                  --------- ---++---+
POST   /v1/people/{login_id}/reset                                    --------- ---++---+
PUT    /v1/people/{login_id}/roles                                    --------- ---++---+
POST   /v1/people/{login_id}/unblock                                  --------- ---++---+
GET    /v1/programmes                                                 ------+++ +++++++++
POST   /v1/programmes                                                 --------+ ---------
GET    /v1/programmes/{programme_id}                                  ------+++ +++++++++
PATCH  /v1/programmes/{programme_id}                                  --------+ ---------
POST   /v1/programmes/{programme_id}/agreements                       --------+ ---------
GET    /v1/programmes/{programme_id}/agreements/current               +++++++++ +++++++++
GET    /v1/programmes/{programme_id}/contact-list                     --------- ---++--+-
GET    /v1/programmes/{programme_id}/contact-list.csv                 --------- ---++----
GET    /v1/programmes/{programme_id}/contact-list.xlsx                --------- ---++----
GET    /v1/programmes/{programme_id}/days                             --------+ ---------
POST   /v1/programmes/{programme_id}/days/{business_date}/close       --------+ ---------
GET    /v1/programmes/{programme_id}/dormancy-terms                  ------+++ +++++++++
PUT    /v1/programmes/{programme_id}/dormancy-terms                  --------+ ---------
GET    /v1/programmes/{programme_id}/loyalty-terms                   ------+++ +++++++++
PUT    /v1/programmes/{programme_id}/loyalty-terms                   --------+ ---------
GET    /v1/programmes/{programme_id}/member-activity                  --------- ---++--+-
GET    /v1/programmes/{programme_id}/member-figures                   --------- ---++--+-
GET    /v1/programmes/{programme_id}/network                          ------+++ ---------
PUT    /v1/programmes/{programme_id}/network/{merchant_id}            --------+ ---------
GET    /v1/programmes/{programme_id}/products                         ------+++ +++++++++
POST   /v1/programmes/{programme_id}/products                         --------+ ---------
GET    /v1/programmes/{programme_id}/tiers                           ------+++ +++++++++
PUT    /v1/programmes/{programme_id}/tiers                           --------+ ---------
GET    /v1/proofs                                                     --------+ ---------
GET    /v1/purchases                                                  ------+++ ---------
POST   /v1/purchases                                                  ------++- ---------
POST   /v1/purchases/bulk                                             ------++- ---------
GET    /v1/purchases/{purchase_id}                                    ------0++ ---------
GET    /v1/purchases/{purchase_id}/refunds                            ------0++ ---------
POST   /v1/purchases/{purchase_id}/refunds                            ------0+- ---------
POST   /v1/purchases/{purchase_id}/void                               ------0+- ---------
GET    /v1/receipts                                                  --------- ++++++++-
POST   /v1/receipts                                                  --------- -----+---
GET    /v1/receipts/{receipt_id}                                     --------- ++0+++++-
GET    /v1/recipients-template                                        --------- +++++++++
POST   /v1/refund-accounts/{refund_account_id}/approve               --------- ----+-+--
POST   /v1/refund-accounts/{refund_account_id}/refuse                --------- ----+-+--
POST   /v1/refunds                                                    ------00- ---------
GET    /v1/refunds/{refund_id}                                        ------0++ ---------
POST   /v1/reversals                                                  ------++- ---------
POST   /v1/sales                                                      ------++- ---------
POST   /v1/split-purchases                                             ------++- ---------
GET    /v1/split-purchases/{hold_id}                                   ------000 ---------
POST   /v1/sessions                                                   +++++++++ +++++++++
DELETE /v1/sessions/current                                           ----++--- ---------
POST   /v1/till/card-inquiries                                        ------+++ ---------
GET    /v1/trial-balance                                              --------+ ---------
"""
EXPECTED: Final = {tuple(line.split()[:2]): "".join(line.split()[2:]) for line in TABLE.strip().splitlines()}
