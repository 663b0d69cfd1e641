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

import boto3

ENV = dict(os.environ, AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local", AWS_DEFAULT_REGION="us-east-1")
BUS = "bot-preferences-dev"


def check(what, ok, detail=""):
    if not ok:
        sys.exit(f"FAIL {what}: {detail}")
    print("ok  ", what)


def until(what, read, wanted, seconds=20):
    """Polls until read() gives what is wanted."""
    end, got = time.monotonic() + seconds, None
    while time.monotonic() < end:
        got = read()
        if wanted(got):
            print("ok  ", what)
            return got
        time.sleep(0.02)
    sys.exit(f"FAIL {what}: after {seconds} s still {got}")


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
        if hints is not None and any("Try next" in earlier for earlier in printed[:-1]):
            if line.strip():
                hints.append(line.strip())
            elif hints:
                break
    return process, "".join(printed), hints


def profile(api, user):
    try:
        with urllib.request.urlopen(f"{api}/preferences/{user}") as answer:
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


def errors(client):
    dynamodb, sqs, events = client("dynamodb"), client("sqs"), client("events")
    for what, call, wanted in [
        ("an absent table", lambda: dynamodb.get_item(TableName="none", Key={"user_id": {"S": "x"}}), dynamodb.exceptions.ResourceNotFoundException),
        ("a failed condition", lambda: dynamodb.update_item(TableName=BUS, Key={"user_id": {"S": "x"}}, UpdateExpression="SET a = :a",
                                                            ConditionExpression="attribute_exists(a)", ExpressionAttributeValues={":a": {"S": "b"}}),
         dynamodb.exceptions.ConditionalCheckFailedException),
        ("an absent queue", lambda: sqs.get_queue_url(QueueName="none"), sqs.exceptions.QueueDoesNotExist),
        ("an absent bus", lambda: events.describe_event_bus(Name="none"), events.exceptions.ResourceNotFoundException),
    ]:
        try:
            call()
        except wanted:
            print("ok  ", what, "is boto3's", wanted.__name__)
        else:
            sys.exit(f"FAIL {what}: no error")


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
    process, printed, hints = start()
    try:
        drive(printed, hints)
        running = processes(process.pid)
        for name in ["/botprefs", "/get", "/update", "/apply", "/republish", "/skill"]:
            check(f"{name} runs as a process", any(path.endswith(name) for path in running.values()), running)
    finally:
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does at Ctrl-C
        code = process.wait(20)
    said = process.stdout.read()
    # make gets the signal too, and passes it on as its own end.
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

    def client(name):
        return boto3.client(name, endpoint_url=aws, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local")

    sqs = client("sqs")
    one_revision(api, sqs, sqs.get_queue_url(QueueName=BUS + "-changes")["QueueUrl"])
    errors(client)
    item = client("dynamodb").get_item(TableName=BUS, Key={"user_id": {"S": "u2"}})["Item"]
    check("boto3 reads the item", item["p.tone"]["M"]["v"]["S"] == '"formal"', item)
    put = client("events").put_events(Entries=[
        {"EventBusName": BUS, "Source": "my-bot", "DetailType": "PreferenceChange", "Detail": "not json"},
        {"EventBusName": BUS, "Source": "my-bot", "DetailType": "PreferenceChange",
         "Detail": json.dumps({"user_id": "u3", "preferences": {"tone": "brief"}})}])
    check("PutEvents reports each entry", put["FailedEntryCount"] == 1 and put["Entries"][0]["ErrorCode"] == "MalformedDetail", put)
    until("the good entry went through", lambda: profile(api, "u3"), lambda p: "preferences" in p)


main()
