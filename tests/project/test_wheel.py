"""What comes out of a project made by `cargo xtask new`: its wheel and its source distribution. `cargo xtask test` builds both in the folder
that NB_PROJECT names, and runs these tests then, once."""

import email
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

# Empty where pytest only collects.
BUILT = Path(os.environ.get("NB_PROJECT", ""))
PROJECT = BUILT / "my-geo"
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
ENVIRONMENT = BUILT / "venv" / PROGRAMS
OWN_WORKFLOWS = (Path(__file__).resolve().parents[2] / ".github" / "workflows").glob("*.yml")


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def in_environment(code):
    """What Python code prints where the wheel is installed."""
    return run(ENVIRONMENT / "python", "-c", code, cwd=BUILT).strip()


@pytest.fixture(scope="module")
def wheel():
    (path,) = (BUILT / "dist").glob("*.whl")
    return path


@pytest.fixture(scope="module")
def files(wheel):
    """The files of the wheel by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def extension(files):
    (name,) = (name for name in files if name.endswith((".so", ".pyd", ".dylib", ".dll")))
    return name


@pytest.fixture
def copy(tmp_path):
    """The project once more, to change something in it, and a function that makes its source distribution."""
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns(".mypy_cache"))
    manifest = project / "Cargo.toml"
    # No way leads from here to nb by the relative path, and the published version is not needed for an archive of sources.
    lines = [line for line in manifest.read_text().splitlines() if not line.startswith("nanobind-rs")]
    manifest.write_text("\n".join(lines) + "\n")

    def sdist():
        command = [ENVIRONMENT / "maturin", "sdist", "--out", tmp_path / "dist"]
        return subprocess.run(command, cwd=project, capture_output=True, text=True)

    return project, sdist


@pytest.mark.row("pkg-01", "pkg-10", "first-01", "build-01")
def test_the_wheel_installs_offline_into_a_bare_environment(wheel, tmp_path):
    venv.create(tmp_path, with_pip=True)
    python = tmp_path / PROGRAMS / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", wheel)
    code = "import my_geo; print(my_geo.centroid([my_geo.Point(), my_geo.Point(2, 4)]))"
    assert run(python, "-I", "-c", code, cwd=tmp_path) == "Point(1, 2)\n"


@pytest.mark.row("pkg-02")
def test_the_files_of_a_project():
    made = {path.relative_to(PROJECT).as_posix() for path in PROJECT.rglob("*") if path.is_file()}
    assert {
        "Cargo.toml", "Cargo.lock", "README.md", "pyproject.toml", ".gitignore", ".cargo/config.toml",
        ".github/workflows/ci.yml", "src/lib.rs", "python/my_geo/__init__.py", "python/my_geo/_core.pyi",
        "python/my_geo/py.typed", "tests/test_points.py", "tests/test_stubs.py",
    } == {name for name in made if ".mypy_cache" not in name}


@pytest.mark.row("pkg-02")
def test_without_a_readme_the_build_says_so(copy):
    project, sdist = copy
    (project / "README.md").unlink()
    made = sdist()
    assert made.returncode != 0 and "README.md" in made.stderr


@pytest.mark.row("pkg-03", "pkg-09")
def test_the_extension_is_a_private_module_of_the_package(files, extension):
    assert extension.startswith("my_geo/_core.")
    packages = {name.split("/")[0] for name in files}
    assert packages == {"my_geo", "my_geo-0.1.0.dist-info"}
    code = "import my_geo, my_geo._core as c; print(c.__name__, my_geo.Point is c.Point, c.__file__.endswith(%r))"
    assert in_environment(code % extension.split("/")[1]) == "my_geo._core True True"


@pytest.mark.row("pkg-09")
def test_the_wheel_has_the_types(files):
    assert files["my_geo/py.typed"] == b""
    assert b"class Point:" in files["my_geo/_core.pyi"]


@pytest.mark.row("build-06", "api-cmake-13", "api-cmake-25")
def test_the_extension_has_the_suffix_of_this_python(extension):
    suffix = in_environment("import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))")
    assert extension == "my_geo/_core" + suffix


@pytest.mark.row("build-09", "api-cmake-4")
def test_the_extension_is_one_library_that_is_not_linked_with_python(files, extension):
    if sys.platform == "win32":
        pytest.skip("Windows links extension modules with Python's library")
    version = in_environment("import sysconfig; print(sysconfig.get_config_var('VERSION'))")
    assert f"libpython{version}".encode() not in files[extension]


@pytest.mark.row("api-cmake-14", "api-cmake-21")
def test_the_extension_exports_its_entry_and_nothing_else_that_others_could_meet(files, extension, tmp_path):
    if sys.platform == "win32" or not shutil.which("nm"):
        pytest.skip("there is no `nm`")
    library = tmp_path / "library"
    library.write_bytes(files[extension])
    flags = ["-gU"] if sys.platform == "darwin" else ["-D", "--defined-only"]
    names = {line.split()[-1].lstrip("_") for line in run("nm", *flags, library).splitlines()}
    # The bounds of a section are the linker's own names, which name the section as well.
    assert {name for name in names if not name.startswith(("start_link", "stop_link"))} == {"PyInit__core"}


@pytest.mark.row("pkg-04")
def test_what_a_build_needs_is_not_needed_to_run(files):
    # That a build finds all it needs in its own environment is what made the wheel.
    text = (PROJECT / "pyproject.toml").read_text()
    assert 'requires = ["maturin>=' in text and 'build-backend = "maturin"' in text
    metadata = email.message_from_bytes(files["my_geo-0.1.0.dist-info/METADATA"])
    assert metadata.get_all("Requires-Dist") is None


@pytest.mark.row("pkg-05")
def test_metadata_of_the_wheel():
    code = "from importlib.metadata import metadata as m; d = m('my_geo'); print(d['Name'], d['Version'], d['Requires-Python'], d['Summary'])"
    assert in_environment(code) == "my_geo 0.1.0 >=3.10 Points of the plane, in Rust"


@pytest.mark.row("pkg-05")
def test_metadata_that_a_project_adds(copy):
    project, sdist = copy
    configuration = project / "pyproject.toml"
    more = (
        '[project]\nlicense = "MIT"\nauthors = [{ name = "Ada", email = "ada@example.org" }]\ndependencies = ["numpy>=2"]\n'
        'urls = { Homepage = "https://example.org" }\n'
    )
    configuration.write_text(configuration.read_text().replace("[project]\n", more))
    assert sdist().returncode == 0
    (archive,) = (project.parent / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        metadata = email.message_from_binary_file(tar.extractfile("my_geo-0.1.0/PKG-INFO"))
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Author-email"] == "Ada <ada@example.org>"
    assert metadata["Requires-Dist"] == "numpy>=2"
    assert metadata["Project-URL"] == "Homepage, https://example.org"
    assert metadata.get_payload().startswith("# my_geo")


@pytest.mark.row("first-02")
def test_the_wheel_is_for_the_python_that_built_it(wheel):
    tag = in_environment("import sys; print('cp%d%d' % sys.version_info[:2])")
    assert wheel.name.startswith(f"my_geo-0.1.0-{tag}-{tag}")


@pytest.mark.row("pkg-13", "pkg-15")
def test_the_workflow_is_one_and_publishes_releases_only():
    workflow = PROJECT / ".github" / "workflows" / "ci.yml"
    run(ENVIRONMENT / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow, *OWN_WORKFLOWS)
    release = workflow.read_text().split("\n  release:\n")[1]
    assert "if: startsWith(github.ref, 'refs/tags/')\n" in release and "gh-action-pypi-publish" in release
    jobs = workflow.read_text().split("\n  release:\n")[0]
    for system in ["ubuntu", "macos", "windows"]:
        assert system in jobs
    for version in ["3.10", "3.11", "3.12", "3.13", "3.14", "3.14t"]:
        assert f" {version} " in jobs.replace("\n", " ") and f'"{version}"' in jobs


def test_a_source_distribution_has_nb_and_nothing_that_was_built():
    (archive,) = (BUILT / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    assert any(name.endswith("/nb/src/lib.rs") for name in names)
    assert any(name.endswith("/tests/test_points.py") for name in names)
    assert not any(part in name for name in names for part in ["/target/", "/.venv/", ".so", ".whl"])
