"""How the service is: for whoever starts and stops it, and for Prometheus."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from florin.api.callers import Audience
from florin.api.given import TheHouse
from florin.api.metrics import CONTENT_TYPE, Metrics
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.domain.declines import Decline
from florin.storage.schema import SchemaMismatch, require_current_schema

ROUTES = Routes("The service")


@ROUTES.get("/healthz", allows=Audience.PUBLIC, example={"status": "alive"})
async def health() -> dict[str, str]:
    """Say that the process answers; it needs nothing else for that."""
    return {"status": "alive"}


@ROUTES.get("/readyz", allows=Audience.PUBLIC, problems=(Decline.BUSY,), example={"status": "ready"})
async def readiness(house: TheHouse) -> dict[str, str]:
    """Say whether the database answers, its schema is the one that this version needs, and the queue has room."""
    if house.engine.waiting >= house.engine.limits.queue:
        raise Refused(Decline.BUSY, "the queue is full")
    try:
        async with house.pool.connection() as connection:
            await require_current_schema(connection)
    except SchemaMismatch as mismatch:
        raise Refused(Decline.BUSY, str(mismatch)) from None
    return {"status": "ready"}


@ROUTES.get("/metrics", allows=Audience.PUBLIC, response_class=PlainTextResponse)
async def metrics(request: Request) -> PlainTextResponse:
    """Give all figures in Prometheus' text format."""
    figures: Metrics = request.app.state.metrics
    return PlainTextResponse(figures.text(), media_type=CONTENT_TYPE)
