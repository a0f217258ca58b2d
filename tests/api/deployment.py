"""Settings of a deployment in which only the API runs: with a new key, and a broker that is down."""

import json
from typing import Final

from joserfc.jwk import ECKey
from pydantic import SecretStr

from config.settings import Settings

BROKERLESS: Final = Settings(
    _env_file=None,
    signing_key=SecretStr(json.dumps(ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True))),
    broker_url=SecretStr("redis://127.0.0.1:1/0"),
    log_level="WARNING",
)


def with_broker(url: str) -> Settings:
    """Return the same with a broker."""
    return BROKERLESS.model_copy(update={"broker_url": SecretStr(url)})
