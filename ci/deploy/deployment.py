"""One deployed stage: what its stack says of itself, and the ways in and out."""
import json

from account import ROOT, Account
from checks import check, until
from emulator import ACCOUNT, REGION


class Deployment:
    def __init__(self, account: Account, stage):
        self.account, self.stage, self.name = account, stage, f"bot-preferences-{stage}"
        stack = account.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        self.outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
        self.sqs, self.table = account.client("sqs"), account.client("dynamodb")
        self.queue = self.outputs.get("ChangeQueueUrl")
        self.dead = self.outputs.get("ChangesDeadLetterQueueUrl")
        self.dead_announcements = self.outputs.get("AnnouncementsDeadLetterQueueUrl")
        self.bot = ROOT  # until there is a bot

    def hire_bot(self):
        """A bot's user, with what README.md and docs/deploy.md tell an administrator to allow."""
        api = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{self.outputs['HttpApiId']}/$default"
        self.bot = self.account.user("bot", ("events:PutEvents", self.outputs["EventBusArn"]),
                                     (send_message(), self.arn(self.queue)),
                                     ("execute-api:Invoke", [f"{api}/*/preferences", f"{api}/*/preferences/*"]))
        self.reader = self.account.user("reader", ("execute-api:Invoke", f"{api}/GET/preferences/*"))

    def arn(self, queue):
        return self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def publish(self, *details):
        """Puts PreferenceChanges on the bus, in one request, as the bot."""
        answer = self.account.client("events", self.bot).put_events(Entries=[
            {"EventBusName": self.outputs["EventBusName"], "Source": "my-bot", "DetailType": "PreferenceChange", "Detail": json.dumps(detail)}
            for detail in details])
        check(f"PutEvents takes {len(details)} from a bot", answer["FailedEntryCount"] == 0, answer)

    def send(self, *bodies):
        """Puts messages straight into the change queue, in one request, as the bot."""
        answer = self.account.client("sqs", self.bot).send_message_batch(QueueUrl=self.queue, Entries=[
            {"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies)])
        check(f"the change queue takes {len(bodies)} from a bot", not answer.get("Failed"), answer)

    def call(self, method, user, body=None, headers=None, query=None):
        """Calls the HTTP API as the bot."""
        return self.account.http(self.outputs["HttpApiId"], self.bot, method, user, body, headers, query)

    def shows(self, user, preferences):
        """Waits until GET answers with exactly these preferences."""
        answer = until(f"{user} has {preferences}", lambda: self.call("GET", user), lambda a: a.preferences() == preferences)
        return answer.json()

    def item(self, user):
        return self.table.get_item(TableName=self.outputs["TableName"], Key={"user_id": {"S": user}}, ConsistentRead=True).get("Item")

    def drained(self):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        until("the change queue drains", lambda: self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)["Attributes"],
              lambda a: set(a.values()) == {"0"})


class Skill:
    """Another skill of the bot: a queue of its own that follows PreferencesUpdated, as README.md says how."""

    def __init__(self, deployment):
        self.events, self.sqs = deployment.account.client("events"), deployment.sqs
        self.bus, self.seen = deployment.outputs["EventBusName"], []
        self.queue = self.sqs.create_queue(QueueName="a-skill")["QueueUrl"]
        arn = deployment.arn(self.queue)
        rule = self.events.put_rule(Name="a-skill", EventBusName=self.bus, EventPattern=json.dumps({"detail-type": ["PreferencesUpdated"]}))
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": json.dumps({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
                           "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": rule["RuleArn"]}}}]})})
        answer = self.events.put_targets(Rule="a-skill", EventBusName=self.bus, Targets=[{"Id": "queue", "Arn": arn}])
        check("a skill follows PreferencesUpdated with a queue of its own", answer["FailedEntryCount"] == 0, answer)

    def announced(self, profile):
        """Waits for the announcement of the revision that this profile has. Duplicates and others may come before it."""
        def told():
            self.seen += map(json.loads, receive(self.sqs, self.queue, "Body"))
            return [e for e in self.seen if e["detail"]["user_id"] == profile["user_id"]]
        what = f"revision {profile['revision']} of {profile['user_id']} is announced"
        told = until(what, told, lambda events: any(e["detail"]["revision"] == profile["revision"] for e in events))
        return next(e for e in told if e["detail"]["revision"] == profile["revision"])

    def leave(self):
        self.events.remove_targets(Rule="a-skill", EventBusName=self.bus, Ids=["queue"])
        self.events.delete_rule(Name="a-skill", EventBusName=self.bus)
        self.sqs.delete_queue(QueueUrl=self.queue)


def receive(sqs, queue, part=None):
    """Takes messages out of a queue: whole, or one part of each."""
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return [message[part] for message in messages] if part else messages


def send_message():
    """What allows to send, also in a batch. On AWS sqs:SendMessage alone covers both; MiniStack asks for an action of the batch's name."""
    return ["sqs:SendMessage", "sqs:SendMessageBatch"]
