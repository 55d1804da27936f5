"""Build step beyond pyproject.toml: a wheel contains app.py and its settings, for the command `slalom`."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

DOOR = ("app.py", ".streamlit/config.toml")


class BuildWithDoor(build_py):
    """Copies app.py and its settings into the package; see pages/__main__.py."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for name in DOOR:
            target = Path(self.build_lib) / "pages" / "door" / name
            self.mkpath(str(target.parent))
            self.copy_file(name, str(target))


setup(cmdclass={"build_py": BuildWithDoor})
