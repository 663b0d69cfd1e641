"""A broken version of a function is shipped with ci/ship, as people and the workflow do. The canary finds it, the stage is rolled
back, and nothing is lost of what was published meanwhile."""
import os
import subprocess
import zipfile
from pathlib import Path

from checks import check, fail, until
from deployment import Deployment, Skill
from osls import Osls

APPLY = "applyPreferenceChanges"
BROKEN = "#!/bin/sh\nexit 1\n"  # a function that ends at once, each time it is started


def a_broken_version_is_rolled_back(osls: Osls, dev: Deployment, skill: Skill):
    kept, good = dev.item("u-bus"), code(dev)
    letters = depth(dev)
    shipping = ship(osls, lambda: break_apply(osls))
    until("the broken version is live", lambda: code(dev), lambda now: now != good, 120)
    users = [f"u-meanwhile-{i}" for i in range(5)]
    dev.publish(*({"user_id": user, "preferences": {"tone": "formal"}} for user in users))
    try:
        said = shipping.communicate(timeout=240)[0]
    except subprocess.TimeoutExpired as e:
        shipping.kill()
        fail("ci/ship ends", f"not done after {e.timeout:.0f} s\n{(e.output or b'').decode()}")
    check("the canary finds the broken version, and ci/ship rolls back", shipping.returncode == 1 and "rolled back to" in said, said)
    check("the code is that of before", code(dev) == good, code(dev))
    for user in users:  # at most a visibility timeout after the rollback
        profile = until(f"what was published meanwhile is not lost: {user}", lambda user=user: dev.call("GET", user),
                        lambda answer: answer.preferences() == {"tone": "formal"}, 90)
        skill.announced(profile.json())
    check("the profiles are as they were", dev.item("u-bus") == kept, dev.item("u-bus"))
    check("and no change became a dead letter", depth(dev) == letters, depth(dev))


def ship(osls: Osls, change):
    """Starts ci/ship for dev, after a change of what is to be shipped."""
    change()
    root = Path(__file__).resolve().parents[2]
    config = osls.folder / "aws-config"
    config.write_text("[profile emulator]\n"
                      f"aws_access_key_id = {os.environ['AWS_ACCESS_KEY_ID']}\naws_secret_access_key = {os.environ['AWS_SECRET_ACCESS_KEY']}\n")
    environment = {**os.environ, "SHIP_FOLDER": str(osls.folder), "SHIP_PROFILE": "emulator", "AWS_CONFIG_FILE": str(config)}
    return subprocess.Popen([root / "ci" / "ship", "dev"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def break_apply(osls: Osls):
    """Puts a function into apply's zip that fails whatever it is given."""
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(osls.folder / "dist" / f"{APPLY}.zip", "w") as archive:
        archive.writestr(entry, BROKEN)


def code(dev: Deployment):
    name = f"bot-preferences-{dev.stage}-{APPLY}"
    return dev.account.client("lambda").get_function_configuration(FunctionName=name)["CodeSha256"]


def depth(dev: Deployment):
    attributes = dev.sqs.get_queue_attributes(QueueUrl=dev.dead, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return attributes["ApproximateNumberOfMessages"]
