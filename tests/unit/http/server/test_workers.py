"""Worker processes under one parent; each test runs a parent process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from llmanac.http.server.workers import LONG_LIFE, Worker

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from llmanac.errors import ConfigurationError
from llmanac.http.server import workers
from llmanac.http.server.workers import Workers
{setting}
def work(worker):
    number = worker.number
    directory = Path(sys.argv[1])
    signal.signal(signal.SIGTERM, signal.SIG_DFL if not {orderly} else lambda *_: sys.exit(0))
    (directory / f"{{number}}-{{os.getpid()}}-{{worker.generation}}").touch()
    try:
        {body}
    finally:
        (directory.parent / f"{{directory.name}}-{{number}}-ended").touch()
healthy = Workers(2, work).run()
sys.exit(0 if healthy else 3)
"""


def start(directory: Path, body: str, setting: str = "", *, orderly: bool = False) -> subprocess.Popen[bytes]:
    """Two workers; an orderly one ends its work when it is told to end."""
    program = PROGRAM.format(body=body, setting=setting, orderly=orderly)
    command = [sys.executable, "-c", program, str(directory)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)


def process_of(path: Path) -> int:
    return int(path.name.split("-")[1])


def wait_for_workers(directory: Path, count: int) -> list[Path]:
    for _ in range(500):
        if len(found := sorted(directory.iterdir())) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{count} workers did not start")


def test_a_signal_ends_all_workers(tmp_path: Path) -> None:
    parent = start(tmp_path, "time.sleep(60)")
    workers = [process_of(path) for path in wait_for_workers(tmp_path, 2)]
    parent.terminate()
    parent.communicate(timeout=10)
    assert parent.returncode == 0
    for worker in workers:
        assert not Path(f"/proc/{worker}").exists()


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    parent = start(tmp_path, "time.sleep(60)", setting="workers.SHORT_LIFE = 0")
    first = wait_for_workers(tmp_path, 2)[0]
    os.kill(process_of(first), signal.SIGKILL)
    found = wait_for_workers(tmp_path, 3)
    parent.terminate()
    _, said = parent.communicate(timeout=10)
    assert parent.returncode == 0
    assert b"Worker 0 ended with exit code -9 and is replaced" in said
    # Who comes later can tell that it is not the first.
    assert sorted((path.name[0], path.name[-1]) for path in found) == [("0", "0"), ("0", "1"), ("1", "0")]


def test_a_worker_that_cannot_start_ends_them_all(tmp_path: Path) -> None:
    parent = start(tmp_path, "1 / (1 - number); time.sleep(60)")
    _, said = parent.communicate(timeout=10)
    assert parent.returncode == 3
    assert b"could not start" in said


def test_an_error_in_the_settings_is_reported_without_a_traceback(tmp_path: Path) -> None:
    parent = start(tmp_path, "raise ConfigurationError('The port is taken.')")
    _, said = parent.communicate(timeout=10)
    assert parent.returncode == 3
    assert b"The port is taken." in said
    assert b"Traceback" not in said


def test_a_worker_that_gets_a_signal_is_replaced_however_young(tmp_path: Path) -> None:
    parent = start(tmp_path, "time.sleep(60)", orderly=True)
    first = wait_for_workers(tmp_path, 2)[0]
    os.kill(process_of(first), signal.SIGTERM)
    wait_for_workers(tmp_path, 3)
    parent.terminate()
    _, said = parent.communicate(timeout=10)
    assert parent.returncode == 0
    assert b"Worker 0 ended with exit code 0 and is replaced" in said


def test_ctrl_c_in_a_terminal_lets_workers_end_their_work(tmp_path: Path) -> None:
    directory = tmp_path / "started"
    directory.mkdir()
    parent = start(directory, "time.sleep(60)", orderly=True)
    wait_for_workers(directory, 2)
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=10)
    assert (parent.returncode, said) == (0, b"")
    assert sorted(path.name for path in tmp_path.glob("*-ended")) == ["started-0-ended", "started-1-ended"]


STOP_BETWEEN_FORK_AND_ENTRY = """
fork = os.fork
def fork_and_stop():
    process = fork()
    if process:
        os.kill(os.getpid(), signal.SIGTERM)
    return process
os.fork = fork_and_stop
"""


def test_a_signal_during_the_start_ends_who_has_started_and_starts_no_more(tmp_path: Path) -> None:
    parent = start(tmp_path, "time.sleep(60)", setting=STOP_BETWEEN_FORK_AND_ENTRY)
    parent.communicate(timeout=10)
    assert parent.returncode == 0
    assert [path for path in tmp_path.iterdir() if path.name.startswith("1-")] == []


def test_another_child_of_the_parent_may_end(tmp_path: Path) -> None:
    parent = start(tmp_path, "time.sleep(60)", setting="if not os.fork(): os._exit(1)")
    wait_for_workers(tmp_path, 2)
    parent.terminate()
    _, said = parent.communicate(timeout=10)
    assert (parent.returncode, said) == (0, b"")


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = start(tmp_path, "time.sleep(60)")
    wait_for_workers(tmp_path, 2)
    parent.kill()
    # The pipe ends when the last who has it open is gone.
    parent.communicate(timeout=10)


def test_who_replaces_one_that_fails_again_and_again_waits_ever_longer() -> None:
    worker = Worker(3)
    pauses = []
    for _ in range(9):
        worker = worker.successor(life=10)
        pauses.append(worker.pause)
    assert pauses == [0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert (worker.number, worker.generation) == (3, 9)


def test_a_long_life_makes_good_for_earlier_failures() -> None:
    assert Worker(0, generation=5, failures=5).successor(life=LONG_LIFE).pause == 0
