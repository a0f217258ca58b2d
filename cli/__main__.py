"""`python -m cli`: what `./presently` executes once its environment is ready."""

import sys

from cli.app import build
from cli.mistakes import Mistake, of_the_system

try:
    build(sys.argv[1:])(prog_name="presently")
except Mistake as mistake:
    sys.exit(f"presently: {mistake}")
except OSError as error:
    sys.exit(f"presently: {of_the_system(error)}")
except KeyboardInterrupt:
    sys.exit(130)
