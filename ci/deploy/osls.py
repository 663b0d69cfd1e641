"""The tool that deploys to AWS, pointed elsewhere by the SDK's own AWS_ENDPOINT_URL. Nothing in what it does is replaced:
it packages, makes the bucket, uploads, runs change sets, updates, rolls back and removes."""
import json
import re
import shutil
import subprocess
from pathlib import Path

from checks import check, fail
from emulator import REGION


class Osls:
    """Runs in a folder with serverless.yml and zips of this machine's architecture: MiniStack executes them here, and a real
    deployment's are for arm64. Everything else, templates included, is as osls makes it for AWS."""

    def __init__(self, repository, work, service="."):
        self.program = Path(repository, "node_modules", ".bin", "osls")
        self.folder = Path(work, "services", service)
        self.folder.mkdir(parents=True)
        shutil.copy(Path(repository, service, "serverless.yml"), self.folder)
        for included in Path(repository, "events", "registry").glob("*.draft4"):
            Path(self.folder, "events", "registry").mkdir(parents=True, exist_ok=True)
            shutil.copy(included, Path(self.folder, "events", "registry"))
        if Path(repository, service, "operations").exists():
            shutil.copytree(Path(repository, service, "operations"), Path(self.folder, "operations"))
        Path(self.folder, "node_modules").symlink_to(Path(repository, "node_modules"))  # the plugin
        subprocess.run(["go", "run", "./cmd/botprefs", "build", "--file", f"{service}/serverless.yml", "--native", "--out", str(self.folder)],
                       cwd=repository, check=True, stdout=subprocess.DEVNULL)

    def run(self, *arguments):
        """Returns the exit code and what it printed."""
        try:
            done = subprocess.run([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=100)
        except subprocess.TimeoutExpired as e:
            fail("osls " + " ".join(arguments), f"not done after {e.timeout:.0f} s\n{e.output}")
        return done.returncode, done.stdout

    def must(self, *arguments):
        code, said = self.run(*arguments)
        check("osls " + " ".join(arguments), code == 0, said)
        return said

    def template(self):
        """What the last deployment sent to CloudFormation, without what a condition leaves out."""
        with open(self.folder / ".serverless" / "cloudformation-template-update-stack.json") as f:
            template = json.load(f)
        conditions = template.get("Conditions", {})
        for part in ["Resources", "Outputs"]:
            template[part] = {name: one for name, one in template.get(part, {}).items() if holds(one.get("Condition"), conditions)}
        return template

    def deployments(self, stage):
        """The timestamps that a rollback takes, oldest first."""
        return re.findall(r"^Timestamp: (\d+)$", self.must("deploy", "list", "--stage", stage), re.MULTILINE)


def holds(condition, conditions):
    """Evaluates a condition of a template: None, a name, or one of CloudFormation's functions."""
    if condition is None:
        return True
    if isinstance(condition, str):
        return holds(conditions[condition], conditions)
    (function, arguments), = condition.items()
    if function == "Condition":
        return holds(arguments, conditions)
    if function == "Fn::Equals":
        first, second = ({"AWS::Region": REGION}[one["Ref"]] if isinstance(one, dict) else one for one in arguments)
        return first == second
    values = [holds(one, conditions) for one in arguments]
    return {"Fn::And": all(values), "Fn::Or": any(values), "Fn::Not": not values[0]}[function]
