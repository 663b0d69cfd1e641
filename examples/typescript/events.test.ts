// npm test. The subscriber's cases are those of every language.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

import type { Envelope, PreferenceChange, PreferencesUpdated } from "./events.js";
import { type Copy, Subscriber } from "./subscriber.js";

const read = (path: string): any => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"));
const schemas = { change: read("events/preference_change.schema.json"), updated: read("events/preferences_updated.schema.json") };
const ajv = formats.default(new Ajv2020({ strict: false }));
const validate = { change: ajv.compile(schemas.change), updated: ajv.compile(schemas.updated) };

interface Case {
  name: string;
  deliveries: { messages: (Envelope | string)[]; failed: number[] }[];
  copies: Record<string, { revision: number; preferences: Record<string, unknown> | null; inferred_keys?: string[] }>;
}
const cases: Case[] = read("internal/lab/contracttest/deliveries/subscriber.json");

// What the types say of each field; the compiler refuses another answer.
type Fields<T> = { [K in keyof T]-?: undefined extends T[K] ? "optional" : {} extends Pick<T, K> ? "optional" : "required" };
const change: Fields<PreferenceChange> = {
  id: "optional", user_id: "required", preferences: "optional", replace: "optional", origin: "optional", conversation_id: "optional", traceparent: "optional", version: "optional",
};
const updated: Fields<PreferencesUpdated> = {
  version: "required", user_id: "required", revision: "required", previous_revision: "required", changes: "optional",
  changed_keys: "required", preferences: "optional", inferred_keys: "required", truncated: "required", erased: "required", updated_at: "required",
  caused_by: "required", as_of: "required", snapshot: "required", catalogue_version: "optional", traceparent: "optional",
};

for (const [name, fields, schema] of [["PreferenceChange", change, schemas.change], ["PreferencesUpdated", updated, schemas.updated]]) {
  test(`the type ${name} has the fields of its schema`, () => {
    const wanted = Object.keys(schema.properties).map((field) => [field, schema.required.includes(field) ? "required" : "optional"]);
    assert.deepEqual(fields, Object.fromEntries(wanted));
  });
}

for (const c of cases) {
  test(c.name, async () => {
    const copies = new Map<string, Copy>();
    const subscriber = new Subscriber(copies);
    for (const { messages, failed } of c.deliveries) {
      const Records = messages.map((m, i) => ({ messageId: String(i), body: typeof m === "string" ? m : JSON.stringify(m) }));
      const answer = await subscriber.handle({ Records });
      assert.deepEqual(answer?.batchItemFailures.map((one) => Number(one.itemIdentifier)), failed);
      messages.forEach((m, i) => {
        if (typeof m === "string" || m["detail-type"] !== "PreferencesUpdated" || m.source !== "bot-preferences") return;
        assert.equal(validate.updated(m.detail), !failed.includes(i), `message ${i}: ${ajv.errorsText(validate.updated.errors)}`);
      });
    }
    const wanted = Object.entries(c.copies).map(([user, { revision, preferences, inferred_keys: inferredKeys = [] }]) => [user, { revision, preferences: preferences ?? undefined, inferredKeys }]);
    assert.deepEqual(Object.fromEntries(copies), Object.fromEntries(wanted));
  });
}

test("an event alone", async () => {
  const event = cases[0]?.deliveries[0]?.messages[0] as Envelope;
  const copies = new Map<string, Copy>();
  const subscriber = new Subscriber(copies);
  assert.equal(await subscriber.handle(event), undefined);
  assert.deepEqual([...copies.keys()], ["u1"]);
  const broken = { ...event, detail: { ...(event.detail as object), version: 2 } };
  await assert.rejects(subscriber.handle(broken)); // Lambda calls again
});

test("what is no number here is not kept", async () => {
  const event = JSON.stringify(cases[0]?.deliveries[0]?.messages[0]);
  for (const number of ["1e400", "-1e400", "[1e400]", '{"a": 1e400}']) {
    const body = event.replaceAll('{"language":"fr"}', `{"language":${number}}`);
    assert.notEqual(body, event);
    const copies = new Map<string, Copy>();
    const subscriber = new Subscriber(copies);
    assert.deepEqual(await subscriber.handle({ Records: [{ messageId: "0", body }] }), { batchItemFailures: [{ itemIdentifier: "0" }] });
    await assert.rejects(subscriber.handle(JSON.parse(body))); // as Lambda parsed it
    assert.equal(copies.size, 0);
  }
});

test("the function does not start without its table", async () => {
  delete process.env["COPIES_TABLE"];
  await assert.rejects(import("./function.js"), /COPIES_TABLE/);
});

test("what fails is not kept", async () => {
  const copies = new Map<string, Copy>();
  const subscriber = new Subscriber(copies, () => Promise.reject(new Error("no")));
  const body = JSON.stringify(cases[0]?.deliveries[0]?.messages[0]);
  assert.deepEqual(await subscriber.handle({ Records: [{ messageId: "0", body }] }), { batchItemFailures: [{ itemIdentifier: "0" }] });
  assert.equal(copies.size, 0);
});

test("what says too little has the profile read, and comes again where that cannot be done now", async () => {
  const event = cases[0]?.deliveries[0]?.messages[0] as Envelope;
  const { preferences: _, changes: __, ...detail } = event.detail as PreferencesUpdated;
  const received = async (read?: () => Promise<Copy>, revision = 5) => {
    const copies = new Map<string, Copy>([["u1", { revision: 1, preferences: { language: "fr" }, inferredKeys: [] }]]);
    const body = JSON.stringify({ ...event, detail: { ...detail, revision, previous_revision: revision - 1, truncated: true } });
    const answer = await new Subscriber(copies, undefined, read).handle({ Records: [{ messageId: "0", body }] });
    return [copies.get("u1"), answer?.batchItemFailures.length];
  };
  const kept = { revision: 1, preferences: { language: "fr" }, inferredKeys: [] };
  assert.deepEqual(await received(), [{ revision: 5, preferences: undefined, inferredKeys: [] }, 0]);
  for (const profile of [
    { revision: 5, preferences: { language: "de" }, inferredKeys: [] },
    { revision: 7, preferences: { language: "nl" }, inferredKeys: ["language"] },
    { revision: 6, preferences: {}, inferredKeys: [] },
  ]) {
    assert.deepEqual(await received(async () => profile), [profile, 0]);
  }
  for (const read of [() => Promise.reject(new Error("no")), async () => ({ revision: 4, preferences: {}, inferredKeys: [] }), async () => ({ revision: 0, preferences: {}, inferredKeys: [] })]) {
    assert.deepEqual(await received(read), [kept, 1]);
  }
  assert.deepEqual(await received(() => assert.fail("what is late is not read"), 1), [kept, 0]);
});
