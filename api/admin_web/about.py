"""Routes without a login: the version, and whether the service works."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from api.deps import TheStore
from api.grommunio.routing import for_everybody
from config.version import VERSION

router = for_everybody()


class About(BaseModel):
    """Versions. The store has no schema number."""

    API: str = VERSION
    backend: str = VERSION
    schema_number: None = None

    model_config = ConfigDict(
        alias_generator=lambda name: name.removesuffix("_number"),
        populate_by_name=True,
        json_schema_extra={"examples": [{"API": VERSION, "backend": VERSION, "schema": None}]},
    )


class Status(BaseModel):
    """Whether the database answers. There is no task queue."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"message": "API is operational", "database": True, "tasq": False}]}
    )

    message: str = "API is operational"
    database: bool
    tasq: bool = False


@router.get("/about", summary="Get the version")
async def about() -> About:
    """Return the version."""
    return About()


@router.get("/status", summary="Check the database")
def status(store: TheStore) -> Status:
    """Return whether the database answers. grommunio's task queue does not exist here."""
    try:
        with store.reading() as transaction:
            transaction.now()
    except SQLAlchemyError:
        return Status(database=False)
    return Status(database=True)
