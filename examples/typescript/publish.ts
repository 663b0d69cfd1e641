// Publishes what a bot learned about a user: node dist/publish.js [--replace] USER [KEY=VALUE ...]
//
// A VALUE is JSON or plain text; null forgets the key. --replace forgets everything earlier.
import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

import type { Json, PreferenceChange } from "./events.js";
import { finite } from "./subscriber.js";

export const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const retryable = new Set(["ThrottlingException", "InternalFailure", "InternalException"]);

/** ULIDs, each greater than the one before: what is said later wins, key by key, also within a millisecond. */
export class Ids {
  private last = 0n;

  next(): string {
    const now = (BigInt(Date.now()) << 80n) | BigInt("0x" + randomBytes(10).toString("hex"));
    this.last = now > this.last ? now : this.last + 1n;
    let text = "";
    for (let shift = 125n; shift >= 0n; shift -= 5n) text += alphabet[Number((this.last >> shift) & 31n)];
    return text;
  }
}

export interface Refused {
  change: PreferenceChange;
  code: string;
}

export class Publisher {
  private readonly ids = new Ids();

  constructor(
    private readonly events: Pick<EventBridgeClient, "send">,
    private readonly bus: string,
    private readonly source: string,
  ) {}

  /** Publishes up to ten changes. Returns those that the bus did not take, each with its error code. */
  async publish(changes: PreferenceChange[], attempts = 4): Promise<Refused[]> {
    let left: PreferenceChange[] = changes.map((change) => ({ ...change, id: change.id ?? this.ids.next() }));
    const refused: Refused[] = [];
    for (let attempt = 1; left.length > 0; attempt++) {
      const failed = await this.put(left); // again with the same ids: a change that got through twice counts once
      const again = failed.filter((one) => retryable.has(one.code) && attempt < attempts);
      refused.push(...failed.filter((one) => !again.includes(one)));
      left = again.map((one) => one.change);
      if (left.length > 0) await setTimeout(100 * 2 ** attempt);
    }
    return refused;
  }

  /** PutEvents answers 200 also where it took only some. */
  private async put(changes: PreferenceChange[]): Promise<Refused[]> {
    const answer = await this.events.send(
      new PutEventsCommand({
        Entries: changes.map((change) => ({
          EventBusName: this.bus,
          Source: this.source,
          DetailType: "PreferenceChange",
          Detail: JSON.stringify(change),
        })),
      }),
    );
    return changes.flatMap((change, i) => {
      const code = answer.Entries?.[i]?.ErrorCode;
      return code === undefined ? [] : [{ change, code }];
    });
  }
}

/** JSON, or else the text itself. Throws for a number that would not arrive as it is. */
export function value(text: string): Json {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return text;
  }
  if (!finite(json)) throw new RangeError("not published: a number beyond a double");
  return json;
}

async function main(words: string[]): Promise<void> {
  const replace = words.includes("--replace");
  const [user, ...pairs] = words.filter((word) => word !== "--replace");
  if (user === undefined || !pairs.every((pair) => pair.includes("=")) || !(replace || pairs.length > 0)) {
    throw new Error("usage: node dist/publish.js [--replace] USER [KEY=VALUE ...]");
  }
  const preferences = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), value(pair.slice(pair.indexOf("=") + 1))]),
  );
  const publisher = new Publisher(new EventBridgeClient(), process.env["BUS"] ?? "bot-preferences-dev", "typescript-bot");
  for (const { code } of await publisher.publish([{ user_id: user, preferences, replace }])) throw new Error(`not published: ${code}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
