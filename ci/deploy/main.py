"""make deploy-check: deploys serverless.yml with osls to MiniStack, sends changes through the deployment, deploys examples/skill
beside it, updates it, rolls it back and removes it. The first unmet expectation ends the run with what was seen and what MiniStack said last."""
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import beside
import lifecycle
import rehearsal
import scenarios
from account import Account
from checks import check
from deployment import Deployment, Skill
from emulator import Emulator
from osls import Osls

SECONDS = 600  # within which all of it ends, however something hangs; about 150 are usual


def give_up(number, _):
    sys.exit(f"FAIL not done after {SECONDS} s" if number == signal.SIGALRM else "FAIL interrupted")


def reach_nobody_else(emulator):
    """Takes a developer's AWS account, and proxies, out of the environment of all that is started from here."""
    for name in list(os.environ):
        if name.upper().startswith("AWS_") or name.upper().endswith("_PROXY"):
            del os.environ[name]
    os.environ.update(emulator.credentials(), HOME=str(emulator.work))


def walk(osls, greeter, account):
    empty = account.inventory()
    dev = lifecycle.deploy(osls, account, empty)
    dev.hire_bot()
    skill = Skill(dev)
    scenarios.over_the_bus(dev, skill)
    scenarios.over_the_queue(dev, skill)
    scenarios.over_http(dev, skill)
    scenarios.who_may_call(dev)
    scenarios.poison(dev)
    beside.follows(greeter, dev)
    lifecycle.update_and_roll_back(osls, dev, skill)
    rehearsal.a_broken_version_is_rolled_back(osls, dev, skill)
    scenarios.quiet(dev)
    skill.leave()
    lifecycle.remove(osls, account, empty)
    lifecycle.production_is_protected(osls, account, empty)


def main():
    for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM]:
        signal.signal(number, give_up)
    signal.alarm(SECONDS)
    repository = Path(__file__).resolve().parents[2]
    work = Path(tempfile.mkdtemp(prefix="botprefs-deploy-"))
    emulator = None
    try:
        osls, greeter = Osls(repository, work), Osls(repository, work, "examples/skill")
        emulator = Emulator(work)
        reach_nobody_else(emulator)
        emulator.start()
        walk(osls, greeter, Account(emulator))
        emulator.stop()
        check("no process is left", not emulator.left(), emulator.left())
    except BaseException:
        if emulator:
            print(f"MiniStack said last:\n{emulator.said(60)}", flush=True)
        raise
    finally:
        if emulator:
            emulator.stop()
        shutil.rmtree(work, ignore_errors=True)


main()
