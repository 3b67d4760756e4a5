"""Runs the ways in other processes, so that one that ends its process is known by its name, and the others run all the same.

A process runs all ways in one world, and writes each outcome into a file as soon as it is known. Where it ends early, the
next one goes on behind the way at which it ended.
"""

import faulthandler
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile

from c_callers import STORAGES, m, outcome, ways

#: One way takes milliseconds, or a second where it starts other interpreters.
SECONDS = 60


def work(path, storage, how, names):
    """What a process does."""
    found = ways()
    with open(path, "a", encoding="utf-8") as file:
        for name in names:
            file.write(json.dumps([name]) + "\n")
            file.flush()
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            faults, live = m.faults(), len(m.live())
            result = outcome(found[name].run, storage, how)
            if len(m.live()) != live:
                gc.collect()
            result += [{"faults": m.faults() - faults, "left": len(m.live()) - live}]
            faulthandler.cancel_dump_traceback_later()
            file.write(json.dumps([name, result]) + "\n")
            file.flush()


def ended(done):
    """How a process ended, and what it said of it."""
    how = f"ended with {done.returncode}"
    if done.returncode < 0:
        how = f"ended by {signal.Signals(-done.returncode).name}"
    text = done.stdout.decode(errors="replace")
    told = [line for line in text.splitlines() if "ERROR: " in line or "panicked at" in line or "Timeout" in line]
    return " ".join([how, *told[:1]])


def run(storage, how, names):
    """The outcomes by name; a text where the process ended."""
    found, rest = {}, [*names]
    while rest:
        descriptor, path = tempfile.mkstemp()
        os.close(descriptor)
        code = f"import sys; sys.path[:] = {sys.path!r}; from c_callers.apart import work; "
        code += f"work(*{(path, storage, how, rest)!r})"
        try:
            done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", code], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            with open(path, encoding="utf-8") as file:
                lines = [json.loads(line) for line in file]
        finally:
            os.unlink(path)
        found.update(line for line in lines if len(line) == 2)
        if done.returncode == 0 and lines and len(lines[-1]) == 2:
            break
        if not lines:
            raise RuntimeError(done.stdout.decode(errors="replace"))
        last = lines[-1][0]
        found[last] = ended(done)
        rest = rest[rest.index(last) + 1 :]
    return found


class Worlds:
    """The outcomes in each world, found out when somebody asks for them."""

    def __init__(self, names):
        self.ways, self.names, self.known = ways(), names, {}

    def of(self, storage, how):
        key = storage, how
        if key not in self.known:
            storages = [storage] if storage else [one for one in STORAGES if STORAGES[one] == how]
            names = [name for name in self.names if set(storages) & set(self.ways[name].storages)]
            self.known[key] = run(storage, how, names)
        return self.known[key]

    def wrong(self, name):
        """What is wrong with a way, by the storage of the values."""
        found = {}
        for storage, how in STORAGES.items():
            if storage not in self.ways[name].storages:
                continue
            plain, bound = self.of(None, how)[name], self.of(storage, how)[name]
            if isinstance(plain, str) or not plain[2]:
                found[f"plain, {how}"] = plain if isinstance(plain, str) else "no method was called"
            elif bound != plain:
                found[storage] = f"{bound}, and not {plain}"
        return found
