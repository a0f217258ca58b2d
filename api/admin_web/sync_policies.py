"""Policies for the synchronisation of mobile devices: all empty, because Presently synchronises none."""

from pydantic import BaseModel, ConfigDict

from api.deps import TheLogin, TheStore
from api.grommunio.documented import errors
from api.grommunio.routing import DomainId, for_administrators
from services import administration

router = for_administrators()


class NoPolicy(BaseModel):
    """An empty policy."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": {}}]})

    data: dict[str, None] = {}


@router.get(
    "/domains/{domainID:number}/syncPolicy",
    responses=errors(404),
    summary="Get the synchronisation policy of a domain",
)
def policy_of_domain(domain_id: DomainId, store: TheStore, login: TheLogin) -> NoPolicy:
    """Return the policy of a domain: an empty one."""
    administration.check_may_read(store, login, domain_id)
    return NoPolicy()


@router.get("/service/syncPolicy/default", summary="Get the default synchronisation policy")
def default_policy(store: TheStore, login: TheLogin) -> NoPolicy:
    """Return the default policy: an empty one."""
    administration.check_may(store, login)
    return NoPolicy()
