"""How a message can fail to go out, whichever way it goes."""


class GatewayAwayError(Exception):
    """Nothing goes out this way now, whoever it is for: the server is away, or refuses us."""


class OneWayAwayError(GatewayAwayError):
    """Nothing goes out this way now for some, such as those whom one of several carriers serves."""


class NotNowError(Exception):
    """This recipient does not get it now, and may get it later; ``reason`` is the other side's short word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RefusedForGoodError(Exception):
    """This recipient never gets it: there is no such address, or it is not wanted there."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
