"""What a process of the API sets up before it answers."""

import gc
import sys

from api.app import create_app
from store.store import Store
from tests.api.clients import TestClient
from tests.api.deployment import BROKERLESS


def test_a_ready_process_spares_later_collections_what_it_has_loaded():
    gc.unfreeze()
    with TestClient(create_app(BROKERLESS, Store("sqlite:///nowhere.sqlite3"))):
        assert gc.get_freeze_count() > 0


def test_its_threads_take_turns_more_often_than_python_lets_them():
    usual = sys.getswitchinterval()
    try:
        sys.setswitchinterval(0.005)
        with TestClient(create_app(BROKERLESS, Store("sqlite:///nowhere.sqlite3"))):
            assert sys.getswitchinterval() < 0.005
    finally:
        sys.setswitchinterval(usual)
