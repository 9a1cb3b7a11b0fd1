from datetime import UTC, datetime, timedelta

from florin.domain.pin_attempts import PinAttempts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)
INSTANT = timedelta(microseconds=1)


def wrong(attempts: PinAttempts, times: int, now: datetime = NOW) -> PinAttempts:
    for _ in range(times):
        attempts = attempts.after_wrong(now)
    return attempts


def test_four_wrong_pins_do_not_lock() -> None:
    assert not wrong(PinAttempts(), 4).is_locked(NOW)


def test_the_fifth_wrong_pin_locks_for_a_day() -> None:
    attempts = wrong(PinAttempts(), 5)

    assert PinAttempts(5, NOW + DAY) == attempts
    assert attempts.is_locked(NOW)
    assert attempts.is_locked(NOW + DAY - INSTANT)
    assert not attempts.is_locked(NOW + DAY)
    assert not attempts.is_locked_for_good


def test_attempts_while_locked_are_not_counted() -> None:
    locked = wrong(PinAttempts(), 5)
    assert locked == wrong(locked, 100, NOW + DAY - INSTANT)


def test_the_count_goes_on_after_the_day_until_the_tenth_locks_for_good() -> None:
    ninth = wrong(wrong(PinAttempts(), 5), 4, NOW + DAY)
    tenth = wrong(ninth, 1, NOW + DAY)

    assert not ninth.is_locked(NOW + DAY)
    assert tenth.is_locked_for_good
    assert tenth.is_locked(NOW + 1000 * DAY)
    assert tenth == wrong(tenth, 1, NOW + 1000 * DAY)


def test_a_right_pin_starts_the_count_again() -> None:
    assert PinAttempts() == wrong(PinAttempts(), 4).after_right()
    assert PinAttempts() == wrong(wrong(PinAttempts(), 5), 4, NOW + DAY).after_right()


def test_a_right_pin_does_not_open_a_card_locked_for_good() -> None:
    locked = PinAttempts(failures=10)
    assert locked == locked.after_right()
