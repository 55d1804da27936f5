"""A surface or a method is one file; the contract tests name what an added one lacks, and where to write it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules")
TESTS = (
    "tests/landscapes/test_derivatives.py::test_has_a_twin[toy_bowl]",
    "tests/landscapes/test_derivatives.py::test_agrees_with_its_twin[toy_bowl]",
    "tests/landscapes/test_declarations.py::test_words[toy_bowl]",
    "tests/optimizers/test_twins.py::test_every_optimizer_has_a_twin[toy_descent]",
    "tests/optimizers/test_contract.py::test_declaration[toy_descent]",
    "tests/pages/test_words.py::test_every_message_is_translated_and_none_is_unused",
)
SENTENCES = (
    "No twin for the surface 'toy_bowl': write a plain-Python function toy_bowl(x, y, **parameters) in "
    "tests/landscapes/twins.py",
    "The Surface in landscapes/valleys/toy_bowl.py must have a sentence of at most 90 characters as watch, not "
    "'Toys roll'",
    "No twin for the method 'toy_descent': write a plain-Python function toy_descent(ground, theta, "
    "**hyperparameters) in tests/optimizers/twins.py",
    "The Method in optimizers/first_order/toy_descent.py must have a sentence as idea, not 'Toys step'",
    *(f"Add these messages and their translations to pages/words/{language}.po:" for language in ("zh_TW", "zh_CN")),
    'msgid "Toys roll"   (from landscapes/valleys/toy_bowl.py)',
    'msgid "Toys step"   (from optimizers/first_order/toy_descent.py)',
)


def add(room: Path, source: str, name: str, field: str, words: str) -> None:
    """Write a file like another of its kind, with another name and other words."""
    text = (room / source).read_text("utf-8")
    for key, value in (("name", name), (field, words)):
        text, count = re.subn(rf'^    {key}=".*",$', f'    {key}="{value}",', text, flags=re.MULTILINE)
        assert count == 1
    (room / source).with_name(f"{name}.py").write_text(text, "utf-8")


@pytest.mark.slow
def test_what_an_addition_lacks_is_named_with_the_file_to_write_it_in(tmp_path: Path) -> None:
    for name in ("landscapes", "optimizers", "pages", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT_OUT)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    add(tmp_path, "landscapes/valleys/booth.py", "toy_bowl", "watch", "Toys roll")
    add(tmp_path, "optimizers/first_order/sgd.py", "toy_descent", "idea", "Toys step")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "--tb=short", *TESTS],
        cwd=tmp_path,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    printed = re.sub(r"\n +(?=\S)", " ", done.stdout)
    for sentence in SENTENCES:
        assert sentence in printed, done.stdout
    assert f"{len(TESTS) + 1} failed" in printed  # one more, because the test of the words runs in two languages
