"""Builds the extension with Cargo and copies it to where Meson wants it: SOURCE TARGET OUTPUT."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

source, target, output = map(Path, sys.argv[1:])
environment = {**os.environ, "PYO3_PYTHON": sys.executable, "PYO3_BUILD_EXTENSION_MODULE": "1"}
command = ["cargo", "build", "--release", "--locked", "--target-dir", target]
subprocess.run(command, cwd=source, env=environment, check=True)
name = {"win32": "_core.dll", "darwin": "lib_core.dylib"}.get(sys.platform, "lib_core.so")
shutil.copyfile(target / "release" / name, output)
