# {% capture text %}The committed stubs are those of the module as built. `NB_STUBGEN=python python -c "import geo"` renews them.
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMITTED = Path(__file__).parent.parent / "python"


def test_stubs_are_fresh(tmp_path: Path) -> None:
    environment = {**os.environ, "NB_STUBGEN": str(tmp_path)}
    subprocess.run([sys.executable, "-c", "import geo"], env=environment, check=True)
    made = {path.relative_to(tmp_path): path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.pyi")}
    if not made:
        pytest.skip("this build wrote no stubs: a release build has no stub generator")
    for path, text in made.items():
        assert (COMMITTED / path).is_file(), f"there is no {path}"
        assert (COMMITTED / path).read_text(encoding="utf-8") == text, f"{path} is stale"
# {% endcapture %}{{ text | replace: "geo", crate_name | append: "|" | remove: "# |" | strip }}
