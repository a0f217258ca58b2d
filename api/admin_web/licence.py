"""The licence, for clients that ask for it. Presently is free; it only counts its people."""

from pydantic import BaseModel, ConfigDict

from api.admin_web.domain_schemas import NO_LIMIT
from api.deps import TheLogin, TheStore
from api.grommunio.routing import for_administrators
from services import administration

router = for_administrators()


class Licence(BaseModel):
    """How many people there are, and how many are allowed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "product": "Presently",
                    "currentUsers": 10,
                    "maxUsers": NO_LIMIT,
                    "certificate": None,
                    "notBefore": "1000-01-01 00:00:00",
                    "notAfter": "9999-12-31 23:59:59",
                }
            ]
        }
    )

    product: str = "Presently"
    currentUsers: int
    maxUsers: int = NO_LIMIT
    certificate: None = None
    notBefore: str = "1000-01-01 00:00:00"
    notAfter: str = "9999-12-31 23:59:59"


@router.get("/system/license", summary="Get the licence")
def licence(store: TheStore, login: TheLogin) -> Licence:
    """Return how many people there are, and how many are allowed."""
    return Licence(currentUsers=administration.number_of_people(store, login))
