"""The command `slalom`, or `python -m pages`: starts the app from any folder, with the app's own settings.

Its arguments are passed to Streamlit: `slalom --server.port 9000`.
"""

import sys
from pathlib import Path

from streamlit.web import cli

HERE = Path(__file__).resolve().parent


def app_script() -> Path:
    """The path of app.py, beside its `.streamlit`: in pages/door in a wheel, at the root in the sources."""
    wheel_copy = HERE / "door" / "app.py"
    return wheel_copy if wheel_copy.exists() else HERE.parent / "app.py"


def main() -> None:
    """Run `streamlit run` with app.py and the arguments of the command."""
    sys.argv[1:] = ["run", str(app_script()), *sys.argv[1:]]
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
