"""`python -m api` runs the API: it checks the settings and becomes uvicorn, with uvicorn's options.

uvicorn alone would start several processes again and again, although each of them exits because of a wrong setting.
"""

import os
import sys

from api.check import check
from config import api_server
from config.environment import read_or_exit


# docs/workarounds.md#uvicorn-restarts
def main() -> None:
    """Check the settings, and become uvicorn."""
    read_or_exit(check)
    # The same process, so signals reach uvicorn; what the check has loaded (50 MB) is given back.
    os.execv(sys.executable, (sys.executable, "-m", *api_server.COMMAND, *sys.argv[1:]))  # noqa: S606 (there is no shell to want)


if __name__ == "__main__":
    main()
