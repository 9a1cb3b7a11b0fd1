"""What the door itself refuses, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.api.problems.codes import DoorProblem

DOOR_PROBLEMS: Final[Mapping[DoorProblem, tuple[int, str, str]]] = {
    DoorProblem.MALFORMED_JSON: (
        400,
        "The body is not JSON in UTF-8.",
        "Correct the request; the detail says where it broke off.",
    ),
    DoorProblem.INVALID_REQUEST: (
        422,
        "A field is missing, unknown, of the wrong type or out of bounds.",
        "Correct the `field`, a path into the body, the path or the query.",
    ),
    DoorProblem.UNSUPPORTED_MEDIA_TYPE: (
        415,
        "The body is not declared as JSON, or as a file of a kind that the route takes.",
        "Send `Content-Type: application/json`, or for a file its own.",
    ),
    DoorProblem.BODY_TOO_LARGE: (
        413,
        "The body is longer than the route reads: 64 KiB, 1 MiB for lists, 16 MiB for recipients, 1 GiB of statements.",
        "Send less at once.",
    ),
    DoorProblem.IDEMPOTENCY_KEY_MISSING: (
        400,
        "A request that moves money or orders cards needs an `Idempotency-Key`.",
        "Send one, new for each operation and the same for each repetition.",
    ),
    DoorProblem.IDEMPOTENCY_KEY_INVALID: (
        400,
        "An idempotency key has 8 to 128 visible ASCII characters.",
        "Use a random one, such as a UUID.",
    ),
    DoorProblem.IDEMPOTENCY_KEY_REUSED: (
        422,
        "The key was used before for another request.",
        "Give each operation its own key; nothing was done.",
    ),
    DoorProblem.UNAUTHENTICATED: (
        401,
        "No valid API key or session came with the request. Unknown, expired and revoked get this one answer.",
        "Send `Authorization: Bearer` with a valid token.",
    ),
    DoorProblem.INSUFFICIENT_SCOPE: (
        403,
        "The API key or session may not use this route.",
        "Use a key with the scope, or sign in with the role, that the route asks for.",
    ),
    DoorProblem.ENROLMENT_REQUIRED: (
        403,
        "The initial password has not been changed yet, or one-time codes are not on.",
        "Change the password and enrol for one-time codes at `/v1/desk` first.",
    ),
    DoorProblem.RELEASE_REQUIRED: (
        403,
        "Nobody has released the login since it was added or reset or was given more roles.",
        "Once you have enrolled, ask another person than the one who set the login up to release it.",
    ),
    DoorProblem.NOT_FOUND: (404, "There is nothing at this address.", "Check the path against the API's document."),
    DoorProblem.METHOD_NOT_ALLOWED: (
        405,
        "This address does not take this method.",
        "Use one of the methods in `Allow`.",
    ),
    DoorProblem.OUTCOME_UNKNOWN: (
        503,
        "It may or may not have been done: the database went away before it said so.",
        "Send the same request with the same key again to learn, or reverse it by its reference; without a key, read.",
    ),
    DoorProblem.INTERNAL_ERROR: (
        500,
        "The service failed; the operators have been alarmed.",
        "Send the same request with the same key again; quote the `instance` if it persists.",
    ),
}
