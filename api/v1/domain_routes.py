"""The routes of the domain of a token: what an integrator needs to show."""

from api.deps import RootUrl, TheBearer, TheCaller, TheStore
from api.v1 import domain_mapping as mapping
from api.v1.documented import NOT_MODIFIED
from api.v1.domain_schemas import ClientList, DefinitionList, DomainAnswer
from api.v1.responses import ResourceResponse
from api.v1.routing import router_for
from services import clients, definitions, domains

router = router_for("", tag="domain")


@router.get("/domain", response_model=DomainAnswer, responses=NOT_MODIFIED, summary="Get the domain")
def get_domain(bearer: TheBearer, store: TheStore, caller: TheCaller) -> ResourceResponse:
    """Return the domain of the token. Its zone is the one in which days are meant."""
    return ResourceResponse(mapping.domain(domains.shown(store, caller, bearer.domain_id)))


@router.get(
    "/definitions", response_model=DefinitionList, responses=NOT_MODIFIED, summary="List profile statuses"
)
def list_definitions(
    bearer: TheBearer, store: TheStore, caller: TheCaller, root_url: RootUrl
) -> ResourceResponse:
    """List the profile statuses of the domain, with names and icons."""
    return ResourceResponse(mapping.definitions(definitions.shown(store, caller, bearer.domain_id), root_url))


@router.get("/clients", response_model=ClientList, responses=NOT_MODIFIED, summary="List OAuth clients")
def list_clients(bearer: TheBearer, store: TheStore, caller: TheCaller) -> ResourceResponse:
    """List the OAuth clients of the domain, without their secrets. Needs `directory` or `directory.read`."""
    return ResourceResponse(mapping.clients(clients.of_domain(store, caller, bearer.domain_id)))
