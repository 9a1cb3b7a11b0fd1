"""Time-based one-time codes (RFC 6238), each accepted once.

The step of the last accepted code must be stored and given back: a code stays valid for a
while, and without that memory whoever looks over a shoulder can use it again (section 5.2).
"""

import hmac

import pyotp

STEP_SECONDS = 30
# One step either way for slow typing and wrong clocks, as section 5.2 recommends.
_WINDOW_STEPS = 1


def new_secret() -> str:
    """Return a fresh secret, 160 bits in base 32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """Return the ``otpauth://`` address that an authenticator application reads as a QR code."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=issuer)


def code_at(secret: str, step: int) -> str:
    """Return the code of a step, as the holder's authenticator shows it."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).generate_otp(step)


def accepted_step(secret: str, code: str, now_unix: int, last_step: int | None) -> int | None:
    """Return the step of a code that is right, near ``now_unix`` and later than ``last_step``.

    The caller stores the step in the transaction that acts on it. ``now_unix`` is in seconds;
    ``last_step`` is the step accepted last, or None when there was none. None means refused.
    """
    otp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    now_step = now_unix // STEP_SECONDS
    presented = code.encode(errors="replace")
    # All steps are computed and compared, so the time does not tell which one was near.
    matching = [
        step
        for step in range(now_step - _WINDOW_STEPS, now_step + _WINDOW_STEPS + 1)
        if hmac.compare_digest(otp.generate_otp(step).encode(), presented)
    ]
    fresh = [step for step in matching if last_step is None or step > last_step]
    return min(fresh, default=None)
