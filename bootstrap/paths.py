"""Paths in the repository."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
#: A symbolic link to the environment that is in use.
LINK: Final = ROOT / ".venv"
#: The folder with the environments, and with uv.
ENVIRONMENTS: Final = ROOT / ".venvs"
