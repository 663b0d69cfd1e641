"""Drives `make run` with the lines that it prints, the AWS CLI, curl and boto3, and ends it with Ctrl-C."""
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True  # nothing is left in the checkout

from client import buses, functions, journey, others, queues, recovery, signing, tables  # noqa: E402
from client.checks import BUS, ENV, Local, check, until  # noqa: E402


def shell(line, directory="."):
    done = subprocess.run(["bash", "-c", line], env=ENV, cwd=directory, capture_output=True, text=True)
    check(line[:100], done.returncode == 0, done.stdout + done.stderr)
    return done.stdout


def start():
    """Returns the process, what it printed so far and the lines that it invites to copy."""
    process = subprocess.Popen(["make", "run", "FLAGS=--aws-addr 127.0.0.1:0 --http-addr 127.0.0.1:0"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    printed, hints = [], []
    for line in process.stdout:
        printed.append(line)
        if any("Try next" in earlier for earlier in printed[:-1]):
            if line.strip():
                hints.append(line.strip())
            elif hints:
                break
    return process, "".join(printed), hints


def profile(api, user):
    try:
        with urllib.request.urlopen(f"{api}/preferences?user_id={user}") as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def one_revision(api, sqs, queue):
    envelope = json.dumps({
        "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": "PreferenceChange", "source": "my-bot",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "detail": {"user_id": "u2", "preferences": {"tone": "formal"}}})
    sqs.send_message(QueueUrl=queue, MessageBody=envelope)
    first = until("a raw envelope without id changes the profile", lambda: profile(api, "u2"), lambda p: "preferences" in p)
    sqs.send_message(QueueUrl=queue, MessageBody=envelope)

    def empty():
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]

    until("the queue drains", empty, lambda a: set(a.values()) == {"0"})
    check("sent twice it makes one revision", profile(api, "u2")["revision"] == first["revision"], profile(api, "u2"))


def processes(session):
    """The processes of a terminal's session: make, botprefs, the functions, the skill."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(pid)) == session:
                with open(f"/proc/{pid}/cmdline") as f:
                    found[int(pid)] = f.read().split("\0")[0]
        except (ProcessLookupError, FileNotFoundError):
            pass
    return found


def main():
    signing.drive()
    process, printed, hints = start()
    try:
        drive(printed, hints)
        running = processes(process.pid)
        for name in ["/botprefs", "/get", "/update", "/apply", "/republish", "/worker"]:
            check(f"{name} runs as a process", any(path.endswith(name) for path in running.values()), running)
    finally:
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does at Ctrl-C
        code = process.wait(20)
    # make gets the signal too, and passes it on as its own end. If it ends by itself, and within another make, it
    # says that it leaves the folder.
    said = "".join(line for line in process.stdout if not line.startswith("make["))
    clean = code in (0, -signal.SIGINT) and said.endswith("stopped; nothing is left running\n")
    check("Ctrl-C ends it cleanly", clean, (code, said))
    check("no process is left", not processes(process.pid), processes(process.pid))


def drive(printed, hints):
    aws = re.search(r"AWS endpoint\s+(\S+)", printed)[1]
    api = re.search(r"HTTP API\s+(\S+)", printed)[1]
    check("it invites to copy lines", len(hints) >= 5, printed)
    before = profile(api, "u1")
    check("u1 is not known yet", "preferences" not in before, before)
    for line in hints:
        shell(line)
    until("u1 has what the lines said", lambda: profile(api, "u1"),
          lambda p: p.get("preferences") == {"tone": "formal", "language": "fr"})

    local = Local(aws)
    sqs = local.client("sqs")
    one_revision(api, sqs, sqs.get_queue_url(QueueName=BUS + "-changes")["QueueUrl"])
    item = local.client("dynamodb").get_item(TableName=BUS, Key={"user_id": {"S": "u2"}})["Item"]
    check("boto3 reads the item", item["p.tone"]["M"]["v"]["S"] == '"formal"', item)
    put = local.client("events").put_events(Entries=[
        {"EventBusName": BUS, "Source": "my-bot", "DetailType": "PreferenceChange", "Detail": "not json"},
        {"EventBusName": BUS, "Source": "my-bot", "DetailType": "PreferenceChange",
         "Detail": json.dumps({"user_id": "u3", "preferences": {"tone": "brief"}})}])
    check("PutEvents reports each entry", put["FailedEntryCount"] == 1 and put["Entries"][0]["ErrorCode"] == "MalformedDetail", put)
    until("the good entry went through", lambda: profile(api, "u3"), lambda p: "preferences" in p)
    with ThreadPoolExecutor(2) as both:  # most of the time goes into starting the AWS CLI
        for done in [both.submit(service.drive, local) for service in (tables, queues, buses, journey, others)]:
            done.result()
    functions.drive(local)  # by itself: it switches off what the others need
    recovery.drive(local)  # by itself: it makes new revisions of every profile


main()
