"""What a check prints, and how long it waits."""
import sys
import time


def fail(what, seen):
    sys.exit(f"FAIL {what}: {seen}")


def check(what, ok, seen=""):
    if not ok:
        fail(what, seen)
    print("ok  ", what, flush=True)


def until(what, read, wanted, seconds=20):
    """Polls until read() gives what is wanted; what it gave last is shown if it never does."""
    end, got = time.monotonic() + seconds, None
    while time.monotonic() < end:
        got = read()
        if wanted(got):
            print("ok  ", what, flush=True)
            return got
        time.sleep(0.05)
    fail(what, f"after {seconds} s still {got}")


def refused(what, call, error):
    """Expects that an AWS call fails with this error code."""
    from botocore.exceptions import ClientError
    try:
        answer = call()
    except ClientError as e:
        check(what, e.response["Error"]["Code"] == error, e)
    else:
        fail(what, f"was allowed: {answer}")
