// npm test. A bus that answers as it is told stands in for EventBridge.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import type { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

import type { Json, PreferenceChange } from "./events.js";
import { alphabet, Ids, ulid } from "./ids.js";
import { packed, Publisher, value } from "./publish.js";
import { stringify } from "./strict.js";

const read = (path: string): any => JSON.parse(readFileSync(new URL(`../../../events/${path}`, import.meta.url), "utf8"));
const ajv = formats.default(new Ajv2020({ strict: false }));
const validate = ajv.compile(read("preference_change.schema.json"));
const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("ids grow and are now", () => {
  const ids = new Ids();
  const made = Array.from({ length: 10_000 }, () => ids.next()); // far more than one in a millisecond
  assert.deepEqual(made, [...new Set(made)].sort());
  for (const one of made) assert.match(one, version7);
  const milliseconds = Number.parseInt(made[0]!.replace("-", "").slice(0, 12), 16);
  assert.ok(Math.abs(milliseconds - Date.now()) < 60_000);
});

test("ids grow where the clock goes back", () => {
  for (const last of [(1n << 122n) - 2n, (2_000_000_000_000n << 74n) - 1n, ((2_000_000_000_000n << 74n) | (1n << 62n)) - 1n]) {
    const ids = new Ids();
    (ids as any).last = last - 1n;
    const made = [ids.next(), ids.next()];
    assert.deepEqual(made, [...new Set(made)].sort());
    for (const one of made) assert.match(one, version7);
  }
});

test("an id as the pipeline shows it", () => {
  for (const name of ["id_a_uuid", "id_a_uuid_in_upper_case"]) {
    const [given, want] = [".json", ".want.json"].map((kind) => read(`testdata/change/valid/${name}${kind}`).id);
    assert.equal(ulid(given), want);
    assert.equal(ulid(want.toLowerCase()), want);
  }
  const made = new Ids().next();
  const bits = [...ulid(made)].reduce((sum, letter) => (sum << 5n) | BigInt(alphabet.indexOf(letter)), 0n);
  assert.equal(bits, BigInt("0x" + made.replaceAll("-", "")));
});

test("what would not arrive as it is throws, and names its field", () => {
  const deep = (levels: number): Json => (levels === 0 ? 0 : [deep(levels - 1)]);
  const circular: unknown[] = [];
  circular.push(circular);
  for (const [value, rule] of [
    [NaN, "not finite"], [Infinity, "not finite"], [{ a: [-Infinity] }, "not finite"], ["\ud83d", "lone surrogate"], [["a\ude0a"], "lone surrogate"],
    [{ "\ud83d": 1 }, "lone surrogate"], [deep(901), "900 levels"], [circular, "900 levels"], [10n ** 64n, "BigInt"], [undefined, "Undefined"],
    [{ a: undefined }, "Undefined"], [new Map(), "Map"], [new Date(), "Date"], [() => 1, "Function"],
  ] as [Json, string][]) {
    assert.throws(() => stringify({ user_id: "u1", preferences: { a: 1, tone: value } }), new RegExp(`^RangeError: preferences\\.tone .*${rule}`));
  }
  assert.throws(() => stringify({ user_id: "\ud83d" }), /^RangeError: user_id has a lone surrogate$/);
  assert.throws(() => stringify({ user_id: "u1", conversation_id: "\ud83d" }), /^RangeError: conversation_id has a lone surrogate$/);
  assert.throws(() => stringify({ user_id: "u1", preferences: { "\ud83d": 1 } }), /^RangeError: preferences\.\ufffd has a lone surrogate$/);
});

test("what arrives", () => {
  const deep = (levels: number): Json => (levels === 0 ? 0 : [deep(levels - 1)]);
  for (const value of [null, true, 0, -1.5, 1e300, "fr", "😊", "\u2028\u0007\"", { a: [1, { b: null }] }, deep(900)]) {
    assert.deepEqual(JSON.parse(stringify({ user_id: "u1", preferences: { tone: value } })).preferences.tone, value);
  }
  assert.equal(stringify({ user_id: "u1", conversation_id: undefined } as any), '{"user_id":"u1"}');
  assert.ok(stringify({ user_id: "é\ufffe\uffff" }).includes("é\\ufffe\\uffff")); // a queue takes neither
});

test("a value is JSON or text", () => {
  for (const [text, want] of [["null", null], ["1.5", 1.5], ['{"a": [1]}', { a: [1] }], ["fr", "fr"], ["NaN", "NaN"]] as const) {
    assert.deepEqual(value(text), want);
  }
  for (const text of ["1e400", "[-1e400]", "9".repeat(5_000)]) assert.throws(() => value(text), RangeError);
});

/** Answers PutEvents with the error codes given, attempt by attempt and entry by entry. Afterwards it takes everything. */
function bus(...attempts: ((string | undefined)[] | Error)[]) {
  const put: PreferenceChange[][] = [];
  const sizes: number[] = [];
  const send = async (command: PutEventsCommand) => {
    const entries = command.input.Entries ?? [];
    put.push(entries.map((entry) => JSON.parse(entry.Detail ?? "")));
    sizes.push(entries.reduce((sum, { Source, DetailType, Detail }) => sum + Buffer.byteLength(`${Source}${DetailType}${Detail}`), 0));
    const codes = attempts.shift() ?? entries.map(() => undefined);
    if (codes instanceof Error) throw codes;
    return { FailedEntryCount: codes.filter((code) => code).length, Entries: codes.map((ErrorCode) => (ErrorCode ? { ErrorCode } : { EventId: "e" })) };
  };
  return { put, sizes, publisher: new Publisher({ send } as any, "bus", "test") };
}

const two: PreferenceChange[] = [{ user_id: "a", preferences: { tone: "brief" } }, { user_id: "b", replace: true }];

test("an id of one's own stays, and undefined is none", async () => {
  const { put, publisher } = bus();
  await publisher.publish([{ user_id: "a", id: "mine" }, { user_id: "b", id: undefined } as any]);
  assert.equal(put[0]?.[0]?.id, "mine");
  assert.match(put[0]?.[1]?.id ?? "", version7);
});

test("only what failed is sent again, with its id", async () => {
  const { put, publisher } = bus([undefined, "InternalFailure"], [undefined]);
  assert.deepEqual(await publisher.publish(two), []);
  assert.deepEqual(put[1], [put[0]?.[1]]);
  assert.notEqual(put[0]?.[0]?.id, put[0]?.[1]?.id);
  for (const sent of put.flat()) assert.ok(validate(sent), ajv.errorsText(validate.errors));
});

test("what stays refused is returned", async () => {
  const { publisher } = bus(["MalformedDetail", "ThrottlingException"], ["ThrottlingException"]);
  const refused = await publisher.publish(two, 2);
  assert.deepEqual(refused.map((one) => [one.change.user_id, one.code]), [["a", "MalformedDetail"], ["b", "ThrottlingException"]]);
});

test("requests are packed by size and count", async () => {
  for (const letter of ["x", "é"]) { // a size is in bytes, not in characters
    const text = letter.repeat(15_000 / Buffer.byteLength(letter));
    const preferences = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`k${i}`, text]));
    const changes = Array.from({ length: 25 }, (_, i) => ({ user_id: `u${i}`, ...(i < 10 ? { preferences } : { replace: true }) }));
    const { put, sizes, publisher } = bus();
    assert.deepEqual(await publisher.publish(changes), []);
    assert.deepEqual(put.map((request) => request.length), [8, 10, 7]);
    assert.ok(Math.max(...sizes) < 1_000_000);
    assert.deepEqual(put.flat().map((sent) => sent.user_id), changes.map((change) => change.user_id));
    const ids = put.flat().map((sent) => sent.id);
    assert.deepEqual(ids, [...ids].sort());
  }
});

test("a request is filled to its last byte", () => {
  const fixed = { Source: "test", DetailType: "PreferenceChange" };
  for (const [over, want] of [[0, [2]], [1, [1, 1]]] as const) {
    const all = [500_000, 499_999 + over].map((size) => ({ change: two[0]!, entry: { ...fixed, Detail: "x".repeat(size - "testPreferenceChange".length) } }));
    assert.deepEqual([...packed(all)].map((request) => request.length), want);
  }
});

test("what cannot be sent does not hold up the others", async () => {
  const large = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, "x".repeat(14_000)]));
  const { put, publisher } = bus();
  const refused = await publisher.publish([
    { user_id: "a", preferences: { tone: NaN } }, { user_id: "b", preferences: { tone: "\ud83d" } }, { user_id: "c", preferences: large }, two[1]!,
  ]);
  assert.deepEqual(refused.map((one) => [one.change.user_id, one.code]), [["a", "malformed"], ["b", "malformed"], ["c", "too_large"]]);
  assert.equal(refused[1]?.message, "preferences.tone has a lone surrogate");
  assert.deepEqual(put.flat().map((sent) => sent.user_id), ["b"]);
});

test("a failed call is that of its own changes", async () => {
  const named = (name: string) => Object.assign(new Error("no"), { name });
  const changes = Array.from({ length: 12 }, (_, i) => ({ user_id: String(i), replace: true }));
  for (const code of ["AccessDeniedException", "TimeoutError"]) {
    const { put, publisher } = bus(Array(10).fill(undefined), named(code));
    const refused = await publisher.publish(changes);
    assert.deepEqual(refused.map((one) => [one.change.user_id, one.code]), [["10", code], ["11", code]]);
    assert.deepEqual(refused.map((one) => one.change), put[1]); // with the ids that they were sent with
  }
  const { put, publisher } = bus(named("ThrottlingException"));
  assert.deepEqual(await publisher.publish(two), []);
  assert.deepEqual(put[0], put[1]);
});
