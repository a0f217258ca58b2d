"""A temporary broker: the one that `./presently run` would start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis, RedisError

from cli import broker
from harness import processes


@contextmanager
def running() -> Iterator[str]:
    """Run a broker until the block ends, and give its URL.

    Raises:
        cli.mistakes.Mistake: there is no server program on this machine.
    """
    with TemporaryDirectory(prefix="presently-broker-") as name:
        folder = Path(name)
        url = broker.prepare(folder, folder / "broker-url").url
        command: list[str | Path] = [broker.find_server(), broker.CONFIGURATION]
        with (
            Redis.from_url(url, retry=None) as client,
            processes.running(command, log=folder / "log", is_ready=lambda: _answers(client), cwd=folder),
        ):
            yield url


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False
