"""Lets LibreOffice work the formulas of a workbook out."""

import re
import subprocess
from pathlib import Path


def without_values(part: bytes) -> bytes:
    """Gives a part of a workbook without the values of its formulas: LibreOffice works out what has none."""
    return re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)


def worked_out(workbook: Path, folder: Path, seconds: int = 120) -> Path:
    """Gives the workbook as LibreOffice saves it, below `folder`, within so many seconds."""
    out = folder / "worked-out"
    office = f"-env:UserInstallation=file://{folder.resolve()}/office"
    command = ["soffice", office, "--headless", "--convert-to", "xlsx", "--outdir", out, workbook]
    subprocess.run(command, check=True, capture_output=True, timeout=seconds)
    return out / workbook.name
