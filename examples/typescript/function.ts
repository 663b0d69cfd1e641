// The subscriber as a Lambda function. Its trigger is an SQS queue, or an EventBridge rule directly.
//
// A queue's mapping needs FunctionResponseTypes [ReportBatchItemFailures]. COPIES_TABLE names a DynamoDB table with the key user_id
// (a string), on which the function may GetItem and PutItem. PREFERENCES_API, the URL of the pipeline's HTTP API, lets it read profiles
// that do not fit into an announcement.
import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

import type { Envelope, Json } from "./events.js";
import { readerFromEnvironment } from "./profiles.js";
import { type Batch, type Copies, type Copy, Subscriber } from "./subscriber.js";

/** Copies in a table. Invocations run side by side, so what is stored is replaced only where the condition says that it is older. */
export class TableCopies implements Copies {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async get(userId: string): Promise<Copy | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.table, Key: { user_id: { S: userId } }, ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const preferences = JSON.parse(Item["preferences"]?.S ?? "null") as Record<string, Json> | null;
    const inferredKeys = (Item["inferred_keys"]?.L ?? []).map((key) => key.S ?? "");
    return { revision: Number(Item["revision"]?.N), preferences: preferences ?? undefined, inferredKeys };
  }

  async set(userId: string, copy: Copy): Promise<void> {
    // What is known replaces what is unknown, and a snapshot its equal.
    const older = copy.preferences === undefined ? "revision < :r" : "revision <= :r";
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: {
            user_id: { S: userId },
            revision: { N: String(copy.revision) },
            preferences: { S: JSON.stringify(copy.preferences ?? null) },
            inferred_keys: { L: copy.inferredKeys.map((key) => ({ S: key })) },
          },
          ConditionExpression: `attribute_not_exists(user_id) OR ${older}`,
          ExpressionAttributeValues: { ":r": { N: String(copy.revision) } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error; // else somebody was faster with a newer one
    }
  }
}

function tableName(): string {
  const name = process.env["COPIES_TABLE"];
  if (!name) throw new Error("COPIES_TABLE names no table"); // at the start, and not with the first announcement
  return name;
}

const client = new DynamoDBClient();
const subscriber = new Subscriber(new TableCopies(client, tableName()), undefined, readerFromEnvironment(client.config));

export const handler = (payload: Batch | Envelope) => subscriber.handle(payload);
