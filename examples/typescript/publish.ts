// Publishes what a bot learned about a user: node dist/publish.js [--replace | --inferred] USER [KEY=VALUE ...]
//
// A VALUE is JSON or plain text; null forgets the key. --replace forgets everything earlier. --inferred says that a bot concluded it, and
// that the person did not state it.
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry, type PutEventsResultEntry } from "@aws-sdk/client-eventbridge";

import type { Json, PreferenceChange } from "./events.js";
import { Ids } from "./ids.js";
import { stringify } from "./strict.js";
import { finite } from "./subscriber.js";

const maxEntries = 10; // of a request
const maxBytes = 999_999; // of a request: PutEvents takes less than 1 MB
const maxChange = 128 * 1024; // bytes of one change's JSON text
const retryable = new Set(["ThrottlingException", "InternalFailure", "InternalException"]);

export interface Refused {
  /** With its id. */
  change: PreferenceChange;
  /** malformed and too_large: it was not sent and never can be. Others are the bus's own, or name a failed call. */
  code: string;
  message: string;
}

interface Sent {
  change: PreferenceChange;
  entry: PutEventsRequestEntry;
}

export class Publisher {
  private readonly ids = new Ids();

  constructor(
    private readonly events: Pick<EventBridgeClient, "send">,
    private readonly bus: string,
    private readonly source: string,
  ) {}

  /**
   * Publishes changes of any number and size. Returns those that the bus did not take. What is returned may be published again as it
   * is: with its id, one that got through all the same counts once.
   */
  async publish(changes: PreferenceChange[], attempts = 4): Promise<Refused[]> {
    const refused: Refused[] = [];
    let left: Sent[] = [];
    for (const change of changes) {
      const checked = this.checked({ ...change, id: change.id ?? this.ids.next() });
      if ("entry" in checked) left.push(checked);
      else refused.push(checked); // it does not hold up the others
    }
    for (let attempt = 1; left.length > 0; attempt++) {
      const again: Sent[] = [];
      for (const request of packed(left)) {
        for (const { sent, failure } of await this.put(request)) {
          if (retryable.has(failure.code) && attempt < attempts) again.push(sent);
          else refused.push(failure);
        }
      }
      left = again;
      if (left.length > 0) await setTimeout(100 * 2 ** attempt);
    }
    return refused;
  }

  private checked(change: PreferenceChange): Sent | Refused {
    try {
      const Detail = stringify(change);
      if (Buffer.byteLength(Detail) > maxChange) return { change, code: "too_large", message: `the change is over ${maxChange} bytes of JSON text` };
      return { change, entry: { EventBusName: this.bus, Source: this.source, DetailType: "PreferenceChange", Detail } };
    } catch (error) {
      return { change, code: "malformed", message: (error as Error).message };
    }
  }

  /** What of one request was not taken. A failed call is that of its own changes, not of those in other requests. */
  private async put(request: Sent[]): Promise<{ sent: Sent; failure: Refused }[]> {
    let answers: PutEventsResultEntry[];
    try {
      answers = (await this.events.send(new PutEventsCommand({ Entries: request.map((sent) => sent.entry) }))).Entries ?? [];
    } catch (error) { // refused, no connection, no answer: the SDK has tried it several times
      const { name, message } = error as Error;
      answers = request.map(() => ({ ErrorCode: name, ErrorMessage: message }));
    }
    return request.flatMap((sent, i) => { // PutEvents answers 200 also where it took only some
      const { ErrorCode: code, ErrorMessage: message = "" } = answers[i] ?? {};
      return code === undefined ? [] : [{ sent, failure: { change: sent.change, code, message } }];
    });
  }
}

/** Splits changes into requests, in their order. */
export function* packed(all: Sent[]): Generator<Sent[]> {
  let request: Sent[] = [];
  let used = 0;
  for (const sent of all) {
    const { Source = "", DetailType = "", Detail = "" } = sent.entry;
    const size = Buffer.byteLength(Source + DetailType + Detail); // what EventBridge counts
    if (request.length === maxEntries || used + size > maxBytes) {
      yield request;
      [request, used] = [[], 0];
    }
    request.push(sent);
    used += size;
  }
  if (request.length > 0) yield request;
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
  const [replace, inferred] = [words.includes("--replace"), words.includes("--inferred")];
  const [user, ...pairs] = words.filter((word) => word !== "--replace" && word !== "--inferred");
  if (user === undefined || !pairs.every((pair) => pair.includes("=")) || !(replace || pairs.length > 0) || (replace && inferred)) {
    throw new Error("usage: node dist/publish.js [--replace | --inferred] USER [KEY=VALUE ...]");
  }
  const preferences = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), value(pair.slice(pair.indexOf("=") + 1))]),
  );
  const publisher = new Publisher(new EventBridgeClient(), process.env["BUS"] ?? "bot-preferences-dev", "typescript-bot");
  for (const { code, message } of await publisher.publish([{ user_id: user, preferences, replace, origin: inferred ? "inferred" : "stated" }])) {
    throw new Error(`not published: ${code}: ${message}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
