"""Random requests with a login that may see everything: the document describes each response."""

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from schemathesis.filters import HasAPIOperation
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from domain.directory import Person
from store.store import Store
from tests.api.admin_web.browser import Browser, let_in, opened
from tests.api.clients import TestClient
from tests.api.document import DOCUMENT

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

#: Unknown keys are allowed; a list with an unknown order comes in the default one; and the login is
#: added to every request, so that none is without it.
LEFT_OUT: Final[list[Any]] = [negative_data_rejection, positive_data_acceptance, ignored_auth]


def needs_a_token(asked: HasAPIOperation) -> bool:
    """Return whether a route takes nothing but a bearer token."""
    return bool(asked.operation.definition.raw.get("security") == [{"HTTPBearer": []}])


#: Without the readiness, which fails without a broker, and without what a login does not open.
documented = schemathesis.openapi.from_dict(DOCUMENT).exclude(path="/readyz").exclude(needs_a_token)
documented.config.generation.update(deterministic=True)
about_a_domain = documented.include(path_regex=r"\{domainID\}")

bounded = hypothesis(
    max_examples=hypothesis().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def browser(anonymous: TestClient, store: Store, people: list[Person]) -> Browser:
    let_in(store, people[9], "SystemAdmin")
    return opened(anonymous, "u10@example.com")


@documented.parametrize()
@bounded
def test_every_answer_to_an_administrator_is_documented(case: Case[Any], url: str, browser: Browser):
    call_logged_in(case, url, browser)


@about_a_domain.parametrize()
@bounded
def test_every_answer_to_an_administrator_about_somebody_who_is_there_is_documented(
    case: Case[Any], url: str, browser: Browser, person: Person
):
    there = {"domainID": person.domain.id, "userID": person.id}
    case.path_parameters = {**(case.path_parameters or {}), **there}
    call_logged_in(case, url, browser)


def call_logged_in(case: Case[Any], url: str, browser: Browser) -> None:
    logged_in = {**browser.cookie, "X-Csrf-Token": browser.csrf}
    case.cookies = {}
    case.call_and_validate(base_url=url, headers=logged_in, excluded_checks=LEFT_OUT)
