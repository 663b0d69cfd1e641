"""docs/recovery.md: what its section "Try it on this machine" has in blocks to copy, in that order, from the page itself."""
import re
import subprocess

from client.checks import ENV, check

# What each block shows, in the order of the page. Where two counts are the same, all profiles are meant.
SHOWS = [
    ("the revisions are moved on", r"(\d+) profiles, \1 of them below revision \d+ and 0 beyond it;(.|\n)*\n\1 profiles, \1 of them moved to revision "),
    ("the dead letters stay, with their reason", r"malformed(.|\n)*\n0 of (\d+) dead letters? sent back\n$"),
    ("a revision that is still to come is listed and passed", r' and 1 beyond it;(.|\n)*{"user_id":"tg:1001","revision":4102444800000}\n'
                                                              r"1 announced users, 1 of them moved past what was announced\n$"),
    ("all profiles are announced", r"(\d+) of \1 profiles announced"),
    ("the names of users are gone", r"^$"),
]


def drive(local):
    setup, *rest = blocks()
    setup = setup.replace("LOCAL=http://127.0.0.1:4566", "LOCAL=" + local.endpoint)
    check("docs/recovery.md says where localaws is", local.endpoint in setup, setup)
    check("it has the steps that are known here", len(rest) == len(SHOWS), rest)
    for block, (what, shown) in zip(rest, SHOWS):
        done = subprocess.run(["bash", "-ec", setup + block], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check("docs/recovery.md: " + what, done.returncode == 0 and re.search(shown, done.stdout), (block, done.stdout))
    passed = local.client("dynamodb").get_item(TableName="bot-preferences-dev", Key={"user_id": {"S": "tg:1001"}})["Item"]["revision"]["N"]
    check("the revision that was still to come is passed by one", passed == "4102444800001", passed)


def blocks():
    with open("docs/recovery.md", encoding="utf-8") as page:
        section = page.read().split("\n## Try it on this machine\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
