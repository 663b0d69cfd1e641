// Follows one key from a process of its own: node dist/worker.js NAME KEY
//
// Makes a queue and a rule called NAME, and NAME-dlq for what fails five times, and prints the key's value whenever it changes.
// Ctrl-C ends it; queues and rule stay, its copies do not. PREFERENCES_API, the URL of the pipeline's HTTP API, lets it read what is
// truncated.
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

import { readerFromEnvironment } from "./profiles.js";
import { type Copy, Subscriber } from "./subscriber.js";

const sqs = new SQSClient();
const events = new EventBridgeClient();
const bus = process.env["BUS"] ?? "bot-preferences-dev";

/** The pattern of a copy of one key: erasures and snapshots may take it away without naming it. */
const patternOf = (key: string) => ({
  source: ["bot-preferences"],
  "detail-type": ["PreferencesUpdated"],
  detail: { $or: [{ changed_keys: [key] }, { erased: [true] }, { snapshot: [true] }] },
});

/** A queue's URL and ARN; it is made where it is missing. */
async function made(QueueName: string): Promise<{ QueueUrl: string; arn: string }> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const arn = Attributes?.QueueArn;
  if (QueueUrl === undefined || arn === undefined) throw new Error("the queue has no URL or no ARN");
  return { QueueUrl, arn };
}

/** Makes what is missing, and returns the queue's URL. The queue takes events before the rule sends any. */
async function subscribe(name: string, pattern: object): Promise<string> {
  const letters = await made(`${name}-dlq`);
  const MessageRetentionPeriod = String(14 * 24 * 3600); // the most there is
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: letters.QueueUrl, Attributes: { MessageRetentionPeriod } }));
  const { QueueUrl, arn } = await made(name);
  const { RuleArn } = await events.send(new PutRuleCommand({ EventBusName: bus, Name: name, EventPattern: JSON.stringify(pattern) }));
  const statement = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: arn,
    Condition: { ArnEquals: { "aws:SourceArn": RuleArn } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: letters.arn, maxReceiveCount: 5 });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy, RedrivePolicy } }));
  const { FailedEntries } = await events.send(new PutTargetsCommand({ EventBusName: bus, Rule: name, Targets: [{ Id: name, Arn: arn }] }));
  for (const failed of FailedEntries ?? []) throw new Error(failed.ErrorCode);
  return QueueUrl;
}

/** Takes one batch. What fails is not deleted, so it comes again, and after five times goes to NAME-dlq. */
async function work(queue: string, subscriber: Subscriber): Promise<void> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }));
  const Records = Messages.map((m) => ({ messageId: m.MessageId ?? "", body: m.Body ?? "" }));
  const answer = await subscriber.handle({ Records });
  const failed = new Set(answer?.batchItemFailures.map((one) => one.itemIdentifier));
  const done = Messages.filter((m) => !failed.has(m.MessageId ?? "")).map((m, i) => ({ Id: String(i), ReceiptHandle: m.ReceiptHandle }));
  // What is not deleted comes again, and is dropped by its revision.
  if (done.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue, Entries: done }));
}

const [name, key] = process.argv.slice(2);
if (name === undefined || key === undefined) throw new Error("usage: node dist/worker.js NAME KEY");
const changed = (userId: string, before: Copy, after: Copy) => {
  const [was, now] = [before, after].map((copy) => JSON.stringify(copy.preferences?.[key] ?? null));
  if (was !== now) console.log(`[${JSON.stringify(userId)}, ${JSON.stringify(key)}, ${now}]`);
};
const queue = await subscribe(name, patternOf(key));
console.log("ready");
const subscriber = new Subscriber(new Map(), changed, readerFromEnvironment(sqs.config));
for (;;) await work(queue, subscriber);
