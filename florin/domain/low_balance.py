"""The low-balance reminder: said once each time a debit takes a balance from sufficient to low."""


def crossed(before_minor: int, after_minor: int, threshold_minor: int) -> bool:
    """Whether a debit from ``before_minor`` to ``after_minor`` fell below ``threshold_minor``.

    A balance equal to the threshold is not yet low. A balance that was low already does not cross again, so the
    holder hears of it once, and hears again only after a top-up. A threshold of zero never fires.
    """
    return before_minor >= threshold_minor > after_minor
