"""The two languages: how each one's examples are tested, run and called."""
import json
import os
import queue
import subprocess
import sys
import threading

from checks import BUS, check


class Language:
    """A folder of examples, and the worker that was started of it."""

    def __init__(self, examples):
        self.folder = examples / self.name
        self.worker, self.lines, self.errors = None, queue.Queue(), []

    def run(self, *command, given=None, **environment):
        done = subprocess.run(command, cwd=self.folder, input=given, capture_output=True, text=True, timeout=300, env={**os.environ, **environment})
        check(f"{self.name}: {' '.join(command)[:90]}", done.returncode == 0, done.stdout + done.stderr)
        return done.stdout

    def publish(self, *words):
        self.run(*self.publisher, *words)

    def publish_all(self, changes):
        """Publishes them in one call, and returns the codes of those that were not taken."""
        return json.loads(self.run(*self.program, self.publish_many, given=json.dumps(changes)))

    def follow(self, name, key):
        """Starts the worker; its lines come one by one."""
        self.worker = subprocess.Popen([*self.follower, name, key], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for stream, take in [(self.worker.stdout, self.lines.put), (self.worker.stderr, self.errors.append)]:
            threading.Thread(target=lambda stream=stream, take=take: [take(line.strip()) for line in stream], daemon=True).start()

    def heard(self, what, wanted):
        try:
            line = self.lines.get(timeout=30)
        except queue.Empty:
            line = f"nothing; {self.errors}"
        check(f"{self.name}: {what}", line == wanted, line)

    def stop(self):
        if self.worker:
            self.worker.terminate()
            self.worker.wait(10)


class Python(Language):
    name = "python"
    publisher, follower = [sys.executable, "-B", "publish.py"], [sys.executable, "-B", "worker.py"]
    program = [sys.executable, "-B", "-c"]
    publish_many = ("import json, sys, boto3; from publish import Publisher\n"
                    f"publisher = Publisher(boto3.client('events'), '{BUS}', 'python-bot')\n"
                    "print(json.dumps([one.code for one in publisher.publish(json.load(sys.stdin))]))")

    def test(self):
        said = subprocess.run([sys.executable, "-B", "-m", "unittest"], cwd=self.folder, capture_output=True, text=True).stderr
        check("python: unit tests", said.rstrip().endswith("\nOK"), said)  # and none skipped, which OK would add

    def invoke(self, table, payload):
        program = "import json, sys, function; print(json.dumps(function.handler(json.load(sys.stdin), None)))"
        said = self.run(*self.program, program, given=json.dumps(payload), COPIES_TABLE=table)
        return json.loads(said.splitlines()[-1])

    def store(self, table, copies):
        program = ("import json, sys, function; from subscriber import Copy\n"
                   "copies = function.TableCopies(function.boto3.resource('dynamodb').Table(sys.argv[1]))\n"
                   "for revision, preferences in json.load(sys.stdin): copies['race'] = Copy(revision, preferences)")
        self.run(*self.program, program, table, given=json.dumps(copies), COPIES_TABLE=table)


class TypeScript(Language):
    name = "typescript"
    publisher, follower = ["node", "dist/publish.js"], ["node", "dist/worker.js"]
    program = ["node", "--input-type=module", "-e"]
    publish_many = ("import {Publisher} from './dist/publish.js'; import {EventBridgeClient} from '@aws-sdk/client-eventbridge'; import {readFileSync} from 'node:fs';\n"
                    f"const publisher = new Publisher(new EventBridgeClient(), '{BUS}', 'typescript-bot');\n"
                    "console.log(JSON.stringify((await publisher.publish(JSON.parse(readFileSync(0)))).map((one) => one.code)));")

    def test(self):
        self.run("npm", "ci", "--no-audit", "--no-fund")
        self.run("npm", "test")

    def invoke(self, table, payload):
        program = "import {handler} from './dist/function.js'; console.log(JSON.stringify(await handler(JSON.parse(process.argv[1])) ?? null))"
        return json.loads(self.run(*self.program, program, json.dumps(payload), COPIES_TABLE=table))

    def store(self, table, copies):
        program = ("import {TableCopies} from './dist/function.js'; import {DynamoDBClient} from '@aws-sdk/client-dynamodb';\n"
                   "const copies = new TableCopies(new DynamoDBClient(), process.argv[1]);\n"
                   "for (const [revision, preferences] of JSON.parse(process.argv[2])) await copies.set('race', {revision, preferences: preferences ?? undefined, inferredKeys: []});")
        self.run(*self.program, program, table, json.dumps(copies), COPIES_TABLE=table)
