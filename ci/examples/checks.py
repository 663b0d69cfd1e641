"""How the checks are written: each prints one line, the first that fails ends the run."""
import sys
import time

BUS = "bot-preferences-dev"


def check(what, ok, detail=""):
    if not ok:
        sys.exit(f"FAIL {what}: {detail}")
    print("ok  ", what, flush=True)


def until(what, read, seconds=30):
    """Polls until read() gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = read()
        if got:
            print("ok  ", what, flush=True)
            return got
        time.sleep(0.02)
    sys.exit(f"FAIL {what}: not within {seconds} s")
