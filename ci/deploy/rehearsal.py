"""A broken version of a function is shipped with ci/ship, as people and the workflow do. The canary finds it, the stage is rolled
back, and nothing is lost of what was published meanwhile."""
import os
import subprocess
import zipfile
from pathlib import Path

from checks import check, fail, until
from deployment import Deployment, Skill
from osls import Osls

ROOT = Path(__file__).resolve().parents[2]
APPLY = "applyPreferenceChanges"
BROKEN = "#!/bin/sh\nexit 1\n"  # a function that ends at once, each time it is started
SHIPPED_WITHIN = 240  # s


def a_broken_version_is_rolled_back(osls: Osls, dev: Deployment, skill: Skill):
    subprocess.run(["go", "build", "-buildvcs=false", "-o", ".bin/botprefs", "./cmd/botprefs"], cwd=ROOT, check=True)
    kept, good, letters = dev.item("u-bus"), code(dev), depth(dev)
    mend = break_apply(osls)
    shipping = Shipping(osls)
    shipping.until("the broken version is live", lambda: code(dev) != good)
    users = [f"u-meanwhile-{i}" for i in range(5)]
    dev.publish(*({"user_id": user, "preferences": {"tone": "formal"}} for user in users))
    status, said = shipping.end()
    mend()
    check("the canary finds the broken version, and ci/ship rolls back", status == 1 and "rolled back to" in said, said)
    check("the code is that of before", code(dev) == good, code(dev))
    for user in users:  # at most a visibility timeout after the rollback
        profile = until(f"what was published meanwhile is not lost: {user}", lambda user=user: dev.call("GET", user),
                        lambda answer: answer.preferences() == {"tone": "formal"}, 90)
        skill.announced(profile.json())
    check("the profiles are as they were", dev.item("u-bus") == kept, dev.item("u-bus"))
    check("and no change became a dead letter", depth(dev) == letters, depth(dev))


class Shipping:
    """A run of ci/ship for dev."""

    def __init__(self, osls: Osls):
        config = osls.folder / "aws-config"
        config.write_text("[profile emulator]\n"
                          f"aws_access_key_id = {os.environ['AWS_ACCESS_KEY_ID']}\n"
                          f"aws_secret_access_key = {os.environ['AWS_SECRET_ACCESS_KEY']}\n")
        environment = {**os.environ, "SHIP_FOLDER": str(osls.folder), "SHIP_PROFILE": "emulator", "AWS_CONFIG_FILE": str(config)}
        self.said = osls.folder / "shipping.log"
        with open(self.said, "wb") as log:
            self.process = subprocess.Popen([ROOT / "ci" / "ship", "dev"], env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)

    def until(self, what, wanted):
        """Polls while ci/ship runs."""
        end = until(what, lambda: wanted() or self.process.poll() is not None, bool, SHIPPED_WITHIN)
        check("and ci/ship still runs", end and self.process.poll() is None, self.said.read_text())

    def end(self):
        """Returns the exit status, and all that was printed."""
        try:
            return self.process.wait(SHIPPED_WITHIN), self.said.read_text()
        except subprocess.TimeoutExpired:
            self.process.kill()
            fail("ci/ship ends", f"not done after {SHIPPED_WITHIN} s\n{self.said.read_text()}")


def break_apply(osls: Osls):
    """Puts a function into apply's zip that fails whatever it is given. Returns what puts the working one back."""
    path = osls.folder / "dist" / f"{APPLY}.zip"
    working = path.read_bytes()
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, BROKEN)
    return lambda: path.write_bytes(working)


def code(dev: Deployment):
    name = f"bot-preferences-{dev.stage}-{APPLY}"
    return dev.account.client("lambda").get_function_configuration(FunctionName=name)["CodeSha256"]


def depth(dev: Deployment):
    attributes = dev.sqs.get_queue_attributes(QueueUrl=dev.dead, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return attributes["ApproximateNumberOfMessages"]
