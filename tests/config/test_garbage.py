"""Collections of garbage that skip what a process has loaded, in a process of its own."""

import subprocess
import sys
from textwrap import dedent


def test_later_collections_skip_what_is_loaded_and_still_find_garbage():
    program = dedent("""
        import gc, weakref
        from config import garbage

        class Cycle:
            def __init__(self):
                self.itself = self

        loaded = [Cycle() for _ in range(1000)]
        garbage.keep_what_is_loaded()
        watched = len(gc.get_objects())
        later = weakref.ref(Cycle())
        gc.collect()
        print(watched < 1000, gc.get_freeze_count() > 1000, later() is None)
    """)
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert said.stdout.split() == ["True", "True", "True"]
