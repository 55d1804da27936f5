"""The app as an installed package: the wheel contains everything it serves, and the command `slalom` starts it."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.running import ROOT, App

pytestmark = pytest.mark.slow

ROOMS = ("landscapes", "optimizers", "pages")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


def command(*arguments: object, cwd: Path) -> str:
    done = subprocess.run([*map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the sources, because builds reuse files of earlier builds in the same folder."""
    sources, place = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in (*ROOMS, ".streamlit"):
        shutil.copytree(ROOT / name, sources / name, ignore=LEFT_OUT)
    for name in ("app.py", "pyproject.toml", "setup.py", "requirements.txt", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    pip = sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index"
    command(*pip, "--wheel-dir", place, ".", cwd=sources)
    (build_folder,) = place.iterdir()
    return build_folder


def test_every_file_of_the_rooms_is_in_the_wheel(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
        for name in (".streamlit/config.toml", "app.py"):
            assert packed.read(f"pages/door/{name}") == (ROOT / name).read_bytes()
        (metadata,) = (packed.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*") if file.is_file())
    wanted = {file.relative_to(ROOT).as_posix() for file in files if "__pycache__" not in file.parts}
    assert {Path(name).suffix for name in wanted} >= {".py", ".csv", ".po", ".js", ".css"}
    assert not wanted - names
    assert not [name for name in names if "__pycache__" in name or name.split("/")[0] == "tests"]
    required = re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE)
    assert required == (ROOT / "requirements.txt").read_text().split("\n")[: len(required)] != []


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a new environment with the package, which borrows its dependencies."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, symlinks=os.name != "nt")
    commands = place / ("Scripts" if os.name == "nt" else "bin")
    python = commands / "python"
    (library,) = map(
        Path, command(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=place).split()
    )
    (library / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index"
    command(*pip, wheel, cwd=place)
    return commands


def test_the_command_starts_the_app_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    empty, home = tmp_path / "empty", tmp_path / "home"
    empty.mkdir()
    app = App(tmp_path / "log", command=[str(installed / "slalom")], folder=empty, HOME=str(home), PYTHONPATH="")
    try:
        request = urllib.request.Request(app.url, headers={"Accept": "text/html"})
        with urllib.request.urlopen(request, timeout=60) as page:
            assert "<title>" in page.read().decode()
            needed = re.findall(r"<([^>]*)>; rel=", page.headers["Link"])
        stage = (file for file in (ROOT / "pages/stage").rglob("*") if file.suffix in (".js", ".css"))
        assert {file.relative_to(ROOT / "pages").as_posix() for file in stage} <= {
            name.split("/", 3)[3] for name in needed
        }
        for name in needed:
            with urllib.request.urlopen(app.url + name, timeout=60) as file:
                assert file.read()
    finally:
        app.stop()
    assert not [*empty.iterdir()]


def test_the_command_has_the_apps_settings_wherever_it_is_started(installed: Path, tmp_path: Path) -> None:
    settings = "server.maxUploadSize", "runner.fastReruns", "theme.light.primaryColor"
    code = f"""
import sys
from streamlit import config
from streamlit.web import cli
cli._main_run = lambda file, args, flag_options: (
    setattr(config, "_main_script_path", file),
    cli.bootstrap.load_config_options(flag_options),
    print(*map(config.get_option, {settings}), config.get_option("server.port")),
)
sys.argv = ["slalom", "--server.port", "9000"]
from pages.__main__ import main
main()
"""
    for folder in (tmp_path, ROOT):
        output = command(installed / "python", "-I", "-c", code, cwd=folder)
        assert output == "1 False #c92a4b 9000\n"
