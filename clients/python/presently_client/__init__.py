"""A client for Presently's own API, `/presently/v1`."""

from presently_client.auth import ServiceAccount
from presently_client.client import Client
from presently_client.errors import Fault, Problem
from presently_client.types import (
    AutoReply,
    Booking,
    Definition,
    Domain,
    NewStatus,
    Person,
    Reply,
    ShownStatus,
    Status,
    StatusPatch,
)

__all__ = [
    "AutoReply",
    "Booking",
    "Client",
    "Definition",
    "Domain",
    "Fault",
    "NewStatus",
    "Person",
    "Problem",
    "Reply",
    "ServiceAccount",
    "ShownStatus",
    "Status",
    "StatusPatch",
]
