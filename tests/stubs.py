"""Reads `__nb_signature__` the way a stub generator does.

Native callables of CPython cannot carry the attribute. With `NB_STUBGEN` set, or when nanobind's generator imports the module, all
functions are objects of ours.
"""

import ast
import os
import subprocess
import sys


def signatures(module, *functions):
    """The `__nb_signature__` of each function. Defaults have to be literals."""
    return look(module, f"[{', '.join(f'm.{name}.__nb_signature__' for name in functions)}]")


def look(module, expression):
    """What a stub generator sees: the value of the expression, in which `m` is the module, from a process of its own. It has to be a literal."""
    script = f"import {module} as m\nprint(repr({expression}))"
    environment = {**os.environ, "NB_STUBGEN": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return ast.literal_eval(done.stdout)
