"""Random requests to this dialect with every scope, generated from its document: no failure, nothing undocumented."""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from schemathesis.generation.case import Case

from api.app import create_app
from domain.credentials import Scope
from domain.directory import Person
from store.store import Store
from tests.api.clients import Works
from tests.api.conftest import TokenFor
from tests.api.deployment import with_broker
from tests.api.document import DOCUMENT
from tests.api.documented import LEFT_OUT, served
from tests.builders import DAY, NINE
from tests.store.builders import reserve_for_all

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

#: Each scope, a service with all of them, and none.
SCOPES: Final = [*([scope.value] for scope in Scope), [], [scope.value for scope in Scope]]

documented = schemathesis.openapi.from_dict(DOCUMENT).include(path_regex="^/presently/")
documented.config.generation.update(deterministic=True)
# tests/api/test_answers_are_documented.py tries the limits of each value and undocumented methods, with one scope.
documented.config.phases.coverage.enabled = False

#: Each is sent with every scope, so they are few.
bounded = hypothesis(
    max_examples=max(3, hypothesis().max_examples // 20),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def _complete(broker_url: str) -> FastAPI:
    return create_app(with_broker(broker_url), Store("sqlite:///nowhere.sqlite3"))


@pytest.fixture(scope="module")
def _served(_complete: FastAPI) -> Iterator[str]:
    with served(_complete) as url:
        yield url


@pytest.fixture
def app(_complete: FastAPI, store: Store, people: list[Person]) -> FastAPI:
    """Return the API; some people have statuses."""
    reserve_for_all(store, people[5:], ends_at=NINE + 9999 * DAY)
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
    return str(works.posted("ABSENCE")["userProfileStatusId"])


@documented.parametrize()
@bounded
def test_every_answer_is_documented_whatever_the_token_allows(
    case: Case[Any], url: str, token_for: TokenFor, person: Person, posted: str
):
    there = {"ref": person.email, "id": posted}
    case.path_parameters = {
        name: there.get(name, value) for name, value in (case.path_parameters or {}).items()
    }
    for scopes in SCOPES:
        authorized = {"Authorization": f"Bearer {token_for(*scopes)}"}
        case.call_and_validate(base_url=url, headers=authorized, excluded_checks=LEFT_OUT)
