from florin.api.app import ROUTES
from florin.api.order_standing import OPERATIONS
from florin.domain.declines import Decline


def test_every_step_that_an_orders_status_can_refuse_says_which_status_it_needs() -> None:
    steps = {
        each.path
        for routes in ROUTES
        for each in routes
        if Decline.ORDER_NOT_IN_STATE in each.problems and "{order_id}" in each.path and each.methods != {"GET"}
    }
    assert steps == set(OPERATIONS)
