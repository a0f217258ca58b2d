import pytest

from cli import preflight
from cli.mistakes import Mistake
from config.settings import Settings
from store.engine import connect

PASSWORD = "geheim"  # noqa: S105 — of nothing


def ask_store(url: str) -> None:
    with preflight.store_mistakes():
        engine = connect(url)
        try:
            engine.connect().close()
        finally:
            engine.dispose()


def nowhere(scheme: str) -> str:
    """Return a URL at which no server listens."""
    return f"{scheme}://presently:{PASSWORD}@127.0.0.1:1/0"


def test_a_store_that_is_there_is_no_mistake(store_url):
    ask_store(store_url)


@pytest.mark.parametrize(
    "url",
    [
        nowhere("postgresql"),
        f"postgresql://presently:{PASSWORD}@127.0.0.1:port/presently",
        f"postgresql://presently:{PASSWORD}@127.0.0.1/presently?nonsense=1",
        f"mysql://presently:{PASSWORD}@127.0.0.1/presently",
        "sqlite:////nowhere/to/be/found.db",
        f"sqlite:///{__file__}",
        PASSWORD,
    ],
)
def test_a_store_that_cannot_be_used_is_one_line_without_the_password(url):
    with pytest.raises(Mistake, match=r"^PRESENTLY_DATABASE_URL[^\n]*$") as mistake:
        ask_store(url)
    assert PASSWORD not in str(mistake.value)


def test_a_broker_that_is_there_is_no_mistake(broker_url):
    preflight.require_broker(broker_url)


@pytest.mark.parametrize(
    "url",
    [
        nowhere("redis"),
        f"amqp://presently:{PASSWORD}@127.0.0.1/",
        # After a slash in the password, the rest is parsed as the path.
        f"redis://:ge/{PASSWORD}@127.0.0.1:6379/0",
        PASSWORD,
    ],
)
def test_a_broker_that_cannot_be_used_is_one_line_without_the_password(url):
    with pytest.raises(Mistake, match=r"^PRESENTLY_BROKER_URL[^\n]*$") as mistake:
        preflight.require_broker(url)
    assert PASSWORD not in str(mistake.value)


def test_a_wrong_password_for_the_broker_is_a_mistake(broker_url):
    address = broker_url.rpartition("@")[2]

    with pytest.raises(Mistake, match=r"^PRESENTLY_BROKER_URL: the broker cannot be used: .*password"):
        preflight.require_broker(f"redis://:{PASSWORD}@{address}")


def test_a_folder_without_a_web_application_is_a_mistake(tmp_path):
    preflight.require_admin_web(Settings(_env_file=None))
    with pytest.raises(Mistake, match=r"^PRESENTLY_ADMIN_WEB: there is no index\.html"):
        preflight.require_admin_web(Settings(_env_file=None, admin_web=tmp_path))
