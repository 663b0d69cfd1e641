"""Runs examples/python and examples/typescript against `botprefs dev`: what they publish is by the schemas, their workers and
functions keep the subscriber's rule. Works on a copy of the checkout, so that nothing is left in it. Needs boto3, jsonschema, npm."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import boto3

import journey
from checks import check
from language import Python, TypeScript

ROOT = Path(__file__).resolve().parents[2]


def copied(work):
    """The examples, the schemas and what their tests read, in the places that they have to each other."""
    for path in ["examples/python", "examples/typescript", "internal/lab/contracttest/deliveries", "catalogue/testdata", "events/registry", "events/testdata/change/valid"]:
        shutil.copytree(ROOT / path, work / path, ignore=shutil.ignore_patterns("node_modules", "dist", "venv", "__pycache__"))
    for schema in (ROOT / "events").glob("*.schema.json"):
        shutil.copy(schema, work / "events")
    return work


def pipeline(work):
    """botprefs dev on free ports, its AWS endpoint and its HTTP API."""
    program = work / "botprefs"
    subprocess.run(["go", "build", "-buildvcs=false", "-o", program, "./cmd/botprefs"], cwd=ROOT, check=True)
    process = subprocess.Popen([program, "dev", "--no-sample", "--aws-addr", "127.0.0.1:0", "--http-addr", "127.0.0.1:0"],
                               cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    printed, found = [], {}
    for line in process.stdout:
        printed.append(line)
        found |= re.findall(r"^  (AWS endpoint|HTTP API) +(http\S+)", line)
        if len(found) == 2 and "Ctrl-C" in line:
            threading.Thread(target=process.stdout.read, daemon=True).start()  # what it prints on must not hold it up
            return process, found["AWS endpoint"], found["HTTP API"]
    sys.exit("FAIL botprefs dev does not start:\n" + "".join(printed))


def main():
    work = Path(tempfile.mkdtemp(prefix="botprefs-examples-"))
    process, languages = None, []
    try:
        copied(work)
        for language in [Python, TypeScript]:
            languages.append(language(work / "examples"))
            languages[-1].test()
        process, endpoint, api = pipeline(work)
        for name in [n for n in os.environ if n.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(AWS_ENDPOINT_URL=endpoint, AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1", HOME=str(work), PREFERENCES_API=api,
                          AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")
        account = {name: boto3.client(name, endpoint_url=endpoint) for name in ["sqs", "events", "dynamodb"]}

        def resync(user):
            subprocess.run([work / "botprefs", "resync", "--user", user, "--endpoint", endpoint], check=True, timeout=60)

        journey.drive(account, languages, work / "events", resync)
    finally:
        for language in languages:
            language.stop()
        if process:
            process.send_signal(signal.SIGINT)
            check("botprefs dev ends at Ctrl-C", process.wait(20) == 0, process.returncode)
        shutil.rmtree(work, ignore_errors=True)


main()
