"""`python -m cli`: what `./presently` becomes once its environment is there."""

import sys

from cli.app import build
from cli.mistakes import Mistake

try:
    build(sys.argv[1:])(prog_name="presently")
except Mistake as mistake:
    sys.exit(f"presently: {mistake}")
except KeyboardInterrupt:
    sys.exit(130)
