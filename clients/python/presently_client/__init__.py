"""A client for Presently's own API, `/presently/v1`. The types of what it takes and tells: `presently_client.types`."""

from presently_client.auth import ServiceAccount
from presently_client.client import Client
from presently_client.errors import Fault, Problem

__all__ = ["Client", "Fault", "Problem", "ServiceAccount"]
