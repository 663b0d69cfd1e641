// Keeps a copy of every user's preferences. Imports no client: function.ts and worker.ts connect it to AWS.
import type { Envelope, Json, PreferencesUpdated } from "./events.js";

export interface Copy {
  /** Outlives the preferences: nothing late brings back what was erased. */
  revision: number;
  /** undefined: unknown, for the announcement was truncated. Read the profile over HTTP. */
  preferences: Record<string, Json> | undefined;
  /** Those of preferences that a bot inferred, and the person did not state; ascending. */
  inferredKeys: string[];
}

/** One copy per user, seen by all that handle events. A Map is one. */
export interface Copies {
  get(userId: string): Copy | undefined | Promise<Copy | undefined>;
  set(userId: string, copy: Copy): unknown;
}

/** The copy after an announcement; the same copy where that is dropped. Every subscriber keeps this rule. */
export function following(copy: Copy, u: PreferencesUpdated): Copy {
  const base = u.previous_revision === 0 ? {} : u.previous_revision === copy.revision ? copy.preferences : undefined;
  const preferences = u.preferences ?? patched(base, u.changes);
  const next = { revision: u.revision, preferences, inferredKeys: among(preferences, u.inferred_keys) };
  const newer = u.revision > copy.revision;
  const mends = next.preferences !== undefined && (u.snapshot || copy.preferences === undefined);
  return newer || (u.revision === copy.revision && mends) ? next : copy;
}

/** A JSON merge patch, one level deep; undefined where one of the two is unknown. */
function patched(preferences?: Record<string, Json>, changes?: Record<string, Json>): Record<string, Json> | undefined {
  if (preferences === undefined || changes === undefined) return undefined;
  return Object.fromEntries(Object.entries({ ...preferences, ...changes }).filter(([, value]) => value !== null));
}

/** Those of the keys that preferences have, in order. */
export function among(preferences: Record<string, Json> | undefined, keys: string[] = []): string[] {
  return keys.filter((key) => Object.hasOwn(preferences ?? {}, key)).sort();
}

/** The profile as it was read, which may be ahead of what was announced, but not behind. */
function current(profile: Copy, announced: Copy): Copy {
  if (profile.revision < announced.revision) throw new Error("the profile as read is older than announced");
  return profile;
}

/** What an event announces; undefined: it is another event. What is no event, has another version or would mislead, throws. */
export function announcement(event: Envelope): PreferencesUpdated | undefined {
  if (event["detail-type"] === undefined) throw new Error("no event");
  if (event["detail-type"] !== "PreferencesUpdated" || event.source !== "bot-preferences") return undefined;
  const u = event.detail as PreferencesUpdated;
  if (!wellFormed(u)) throw new Error("not a PreferencesUpdated of version 1");
  if (!finite(u.preferences) || !finite(u.changes)) throw new RangeError("a number beyond a double");
  return u;
}

/** What a copy relies on. */
function wellFormed(u: PreferencesUpdated): boolean {
  const named = u.version === 1 && typeof u.user_id === "string" && u.user_id !== "";
  const numbered = [u.revision, u.previous_revision].every(Number.isSafeInteger) && u.revision >= 1;
  const ordered = u.previous_revision >= 0 && u.previous_revision <= u.revision;
  const told = typeof u.truncated === "boolean" && typeof u.snapshot === "boolean";
  const whole = [u.changes, u.preferences].every((part) => (part === undefined ? u.truncated : isObject(part)));
  const listed = u.inferred_keys === undefined || (Array.isArray(u.inferred_keys) && u.inferred_keys.every((key) => typeof key === "string"));
  return named && numbered && ordered && told && whole && listed && !Object.values(u.preferences ?? {}).includes(null as never);
}

const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON.parse makes Infinity of a number that no double holds, and JSON.stringify null of that: it would be kept as another value. */
export function finite(value: Json | undefined): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(finite);
}

export interface Batch {
  Records: { messageId: string; body: string }[];
}

export interface Answer {
  batchItemFailures: { itemIdentifier: string }[];
}

export class Subscriber {
  constructor(
    private readonly copies: Copies,
    private readonly changed: (userId: string, before: Copy, after: Copy) => unknown = () => {},
    /** Gives the profile as it is now; it is asked where a truncated announcement says too little. */
    private readonly read?: (userId: string) => Promise<Copy>,
  ) {}

  /** Handles one event. Whatever it throws has the event come again. */
  async receive(event: Envelope): Promise<void> {
    const u = announcement(event);
    if (u === undefined) return;
    const before = (await this.copies.get(u.user_id)) ?? { revision: 0, preferences: {}, inferredKeys: [] };
    let after = following(before, u);
    if (after === before) return;
    if (after.preferences === undefined && this.read) after = current(await this.read(u.user_id), after);
    await this.changed(u.user_id, before, after);
    await this.copies.set(u.user_id, after);
  }

  /** The Lambda handler. One bad message does not fail its batch. */
  async handle(payload: Batch | Envelope): Promise<Answer | undefined> {
    if (!("Records" in payload)) {
      await this.receive(payload);
      return undefined;
    }
    const failed: Answer["batchItemFailures"] = [];
    for (const record of payload.Records) {
      try {
        await this.receive(JSON.parse(record.body) as Envelope);
      } catch (error) {
        // The kind alone: a message may quote what is a person's.
        console.error(`comes again: ${record.messageId}: ${error instanceof Error ? error.name : typeof error}`);
        failed.push({ itemIdentifier: record.messageId });
      }
    }
    return { batchItemFailures: failed };
  }
}
