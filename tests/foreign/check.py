"""Lets `fasttrack check` read one file in a process of its own, and judges what it answers."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from oracle import counted

LIMIT_SECONDS = 2.0
"""How long a file may take; one that takes longer is tried twice more, for the machine may be busy."""
TRIES = 3
CORES = 2
"""On a busy machine a file takes longer than it has to: what so many cores would have needed is what counts."""
KILL_SECONDS = 60
MEMORY_MB = 512
ADDRESS_BYTES = 8 * 1024**3
"""Protects the machine, not the promise: address space is reserved that is never used."""
CODES = (0, 3, 4, 5, 6)
"""All rows classified, some to review, no roster, no columns, no room: the answers a file may get."""
CODE = re.compile(r"^(?:error|review|remark)\[([a-z0-9-]+)\]", re.MULTILINE)


@dataclass
class Answer:
    """What came of one file read in one way."""

    path: Path
    way: str
    exit_code: int = 0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    report: dict | None = None
    codes: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """What it took, or would have taken had nobody else been busy."""
        is_stuck = self.wall_seconds > KILL_SECONDS
        return self.wall_seconds if is_stuck else min(self.wall_seconds, self.cpu_seconds / CORES)

    @property
    def first_code(self) -> str:
        """The code of the error that ended the run; nothing if none did."""
        return self.codes[0] if self.exit_code not in (0, 3) and self.codes else ""


def check(program: Path, path: Path, way: str, flags: list[str]) -> Answer:
    """Reads a file; tries again what was slow, and keeps the fastest try."""
    answers = []
    for _ in range(TRIES):
        answers.append(once(program, path, way, flags))
        if answers[-1].seconds <= LIMIT_SECONDS:
            break
    best = min(answers, key=lambda answer: answer.seconds)
    if best.seconds > LIMIT_SECONDS:
        best.breaches.append(f"took {best.seconds:.1f} s, {TRIES} times over {LIMIT_SECONDS:g} s")
    return best


def once(program: Path, path: Path, way: str, flags: list[str]) -> Answer:
    answer = Answer(path, way)
    command = [program, "check", path, "--json", "-q", *flags]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        began = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=said, preexec_fn=limit)
        status, usage = wait(child.pid)
        answer.wall_seconds = time.monotonic() - began
        child.returncode = answer.exit_code = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said.seek(0)
        printed, words = out.read(), said.read().decode("utf-8", "replace")
    answer.cpu_seconds = usage.ru_utime + usage.ru_stime
    # Linux counts in KiB, macOS in bytes.
    answer.peak_mb = usage.ru_maxrss / (1024 if os.uname().sysname == "Linux" else 1024**2)
    answer.codes = CODE.findall(words)
    answer.breaches = breaches(answer, printed, words)
    return answer


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def wait(pid: int) -> tuple[int, resource.struct_rusage]:
    """Waits for a child, and ends it if it never would."""
    until = time.monotonic() + KILL_SECONDS
    pause = 0.001
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return status, usage
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            return status, usage
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


def breaches(answer: Answer, printed: bytes, words: str) -> list[str]:
    """Gives every promise that the answer breaks."""
    found = []
    if answer.exit_code < 0:
        found.append(f"ended by signal {-answer.exit_code}")
    elif answer.exit_code not in CODES:
        found.append(f"exit code {answer.exit_code}")
    if "panicked" in words:
        found.append("panicked")
    if answer.peak_mb > MEMORY_MB:
        found.append(f"took {answer.peak_mb:.0f} MB, more than {MEMORY_MB}")
    if answer.exit_code in (0, 3):
        found += unaccounted(answer, printed)
    elif answer.exit_code > 0 and not (answer.codes and "help:" in words):
        found.append("an error without a code or without help")
    return found


def unaccounted(answer: Answer, printed: bytes) -> list[str]:
    try:
        answer.report = json.loads(printed)
        rows = answer.report["rows"]
        parts = [rows[name] for name in ("classified", "needs_review", "blank", "footer")]
    except (ValueError, KeyError) as error:
        return [f"no run report: {error!r}"]
    found = []
    if rows["read"] != sum(parts):
        found.append(f"{rows['read']} rows read, {sum(parts)} accounted for")
    if (rows["needs_review"] > 0) != (answer.exit_code == 3):
        found.append(f"exit code {answer.exit_code} with {rows['needs_review']} rows to review")
    # Python takes a stray quote for the begin of a cell, and the rows down to the next one with it.
    is_stray = answer.report["faults"].get("quote-not-closed", 0) > 0
    for name, count in (counted(answer.path, answer.report) or {}).items():
        if rows[name] != count and not (is_stray and rows[name] > count):
            found.append(f"{rows[name]} rows {name}, {count} are there")
    return found
