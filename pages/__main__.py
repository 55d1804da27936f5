"""The command `slalom`, also as `python -m pages`: starts the app from any folder, with the app's own settings.

What follows the command goes to Streamlit: `slalom --server.port 9000`.
"""

import sys
from pathlib import Path

from streamlit.web import cli

HERE = Path(__file__).resolve().parent


def door() -> Path:
    """The script of the app, beside its `.streamlit`: a wheel has both in pages/door, the sources at their root."""
    packed = HERE / "door" / "app.py"
    return packed if packed.exists() else HERE.parent / "app.py"


def main() -> None:
    """Runs `streamlit run` with the door and the arguments of the command."""
    sys.argv[1:] = ["run", str(door()), *sys.argv[1:]]
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
