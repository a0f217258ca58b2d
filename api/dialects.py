"""The dialects of the API. A new one is a package with a `Dialect`, and its name here."""

from typing import Final

from api.dialect import Dialect
from api.grommunio.dialect import GROMMUNIO
from api.oauth.dialect import OAUTH
from api.v1.dialect import PRESENTLY
from api.works.dialect import WORKS

#: The first one also answers paths of no dialect.
DIALECTS: Final[tuple[Dialect, ...]] = (WORKS, GROMMUNIO, OAUTH, PRESENTLY)
