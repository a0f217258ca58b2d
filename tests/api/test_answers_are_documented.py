"""Random requests to the served API, generated from its document: the document describes each response."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from schemathesis.filters import HasAPIOperation
from schemathesis.generation.case import Case

from api.app import create_app
from broker.broker import Broker
from domain.directory import Person
from store.store import Store
from tests.api.clients import Works
from tests.api.conftest import TokenFor
from tests.api.deployment import with_broker
from tests.api.document import DOCUMENT
from tests.api.documented import LEFT_OUT, served

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

documented = schemathesis.openapi.from_dict(DOCUMENT)
documented.config.generation.update(deterministic=True)


def needs_a_login(asked: HasAPIOperation | Case[Any]) -> bool:
    """Return whether a route takes nothing but the cookie of a login."""
    return bool(asked.operation.definition.raw.get("security") == [{"APIKeyCookie": []}])


with_a_token = documented.exclude(needs_a_login)
about_people = with_a_token.include(path_regex="/users/")

#: A limited number of requests to each route, and those at the limits in the document.
bounded = hypothesis(
    max_examples=hypothesis().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
#: Fewer where each answer is 401, whatever else is in the request. Routes that are open are in the other tests too.
few = hypothesis(bounded, max_examples=bounded.max_examples // 5)


@pytest.fixture(scope="module")
def _complete(broker_url: str) -> FastAPI:
    return create_app(with_broker(broker_url), Store("sqlite:///nowhere.sqlite3"))


@pytest.fixture(scope="module")
def _served(_complete: FastAPI) -> Iterator[str]:
    with served(_complete) as url:
        yield url


@pytest.fixture
def app(_complete: FastAPI, store: Store, people: list[Person], broker_url: str) -> FastAPI:
    """Return the API of a complete deployment."""
    assert people
    for name in ("beat", "worker:one"):
        Broker(broker_url).heartbeats.record(name)
    _complete.state.store = store
    return _complete


@pytest.fixture
def url(app: FastAPI, _served: str) -> str:
    """Return the URL of the API, which has its store by now."""
    return _served


@pytest.fixture
def http(url: str, token_for: TokenFor) -> Iterator[httpx.Client]:
    """Yield a client whose token allows everybody in domain 1."""
    authorized = {"Authorization": f"Bearer {token_for('directory')}"}
    with httpx.Client(base_url=url, headers=authorized) as client:
        yield client


@pytest.fixture
def posted(works: Works) -> str:
    """Post a status of the first person, and return its id."""
    return str(works.posted()["userProfileStatusId"])


@with_a_token.parametrize()
@bounded
def test_every_answer_to_a_caller_with_a_token_is_documented(case: Case[Any], url: str, token_for: TokenFor):
    authorized = {"Authorization": f"Bearer {token_for('directory')}"}
    case.call_and_validate(base_url=url, headers=authorized, excluded_checks=LEFT_OUT)


@about_people.parametrize()
@bounded
def test_every_answer_about_somebody_who_is_there_is_documented(
    case: Case[Any], url: str, token_for: TokenFor, person: Person, posted: str
):
    there = {
        "userId": person.email,
        "userProfileStatusId": posted,
        "domainID": person.domain.id,
        "userID": person.id,
    }
    case.path_parameters = {**(case.path_parameters or {}), **there}
    authorized = {"Authorization": f"Bearer {token_for('directory')}"}
    case.call_and_validate(base_url=url, headers=authorized, excluded_checks=LEFT_OUT)


@documented.parametrize()
@few
def test_every_answer_to_a_caller_without_what_the_route_asks_for_is_documented(
    case: Case[Any], url: str, token_for: TokenFor
):
    case.call_and_validate(base_url=url, headers={"Authorization": ""}, excluded_checks=LEFT_OUT)
    if needs_a_login(case):
        useless = {"Authorization": f"Bearer {token_for('directory')}"}
        case.call_and_validate(base_url=url, headers=useless, excluded_checks=LEFT_OUT)
