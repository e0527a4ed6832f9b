"""The types that the package declares are those that it has, and those that a user needs."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")
HERE = Path(__file__).parent


def run(*command):
    ran = subprocess.run([sys.executable, "-m", *command], cwd=HERE, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_users_file_is_sound_in_strict_mode():
    run("mypy", "--strict", "user.py")


def test_the_declared_functions_and_classes_are_those_of_the_module():
    run("mypy.stubtest", "fasttrack_roster._native")
