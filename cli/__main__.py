"""`python -m cli`: what `./presently` executes once its environment is ready."""

import os
import sys

from cli.app import build
from cli.mistakes import Mistake, of_the_system

#: What a verb writes is for its user only: the store, keys, backups and logs.
os.umask(0o077)

try:
    build(sys.argv[1:])(prog_name="presently")
except Mistake as mistake:
    sys.exit(f"presently: {mistake}")
except OSError as error:
    sys.exit(f"presently: {of_the_system(error)}")
except KeyboardInterrupt:
    sys.exit(130)
