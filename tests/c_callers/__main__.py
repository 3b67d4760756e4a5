"""`python -m c_callers [TEXT ..]`, with the test modules on the path: the ways that fail, and those that are not there.

With texts only the ways in whose names one of them is.
"""

import sys

from c_callers import ways
from c_callers.apart import Worlds


def main(texts):
    chosen = {name: way for name, way in ways().items() if not texts or any(text in name for text in texts)}
    missing = {name: way.missing() for name, way in chosen.items() if way.missing()}
    worlds, failed = Worlds([name for name in chosen if name not in missing]), 0
    for name in worlds.names:
        wrong = worlds.wrong(name)
        failed += bool(wrong)
        if wrong:
            print(name, *(f"    {world}: {text}" for world, text in wrong.items()), sep="\n", flush=True)
    print(f"{failed} of {len(worlds.names)} ways failed; {len(missing)} are not there: {sorted(set(missing.values()))}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
