// npm test. The cases are those of every language.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { type Catalogue, resolve, type View } from "./catalogue.js";
import * as prefs from "./prefs.js";

interface Case {
  name: string;
  catalogue?: false;
  conversation?: View;
  user?: View;
  tenant?: View;
  want: unknown;
}
const file = new URL("../../../catalogue/testdata/resolve.json", import.meta.url);
const { catalogue, cases }: { catalogue: Catalogue; cases: Case[] } = JSON.parse(readFileSync(file, "utf8"));

assert.ok(cases.length > 20);
for (const { name, catalogue: has, want, ...profiles } of cases) {
  test(`resolved: ${name}`, () => assert.deepEqual(resolve(has === false ? undefined : catalogue, profiles), want));
}

test("getters", () => {
  assert.deepEqual([{}, { language: "fr" }, { language: 1 }].map(prefs.language), ["en", "fr", "en"]);
  const tones: prefs.Tone[] = [{}, prefs.setTone("formal"), { tone: "x" }].map(prefs.tone);
  assert.deepEqual(tones, ["neutral", "formal", "neutral"]);
  assert.deepEqual([{}, prefs.setName("Sam"), prefs.forgetName()].map(prefs.name), [undefined, "Sam", undefined]);
  assert.deepEqual([{}, { text_size: 1.5 }, { text_size: true }].map(prefs.textSize), [1, 1.5, 1]);
  assert.deepEqual(prefs.quietHours({ quiet_hours: { from: "22:00", to: "07:00" } }), { from: "22:00", to: "07:00" });
  // @ts-expect-error: a word that the catalogue does not have
  prefs.setTone("loud");
});

test("prefixes", () => {
  assert.deepEqual([prefs.notify({}, "orders.sms"), prefs.notify({}, "marketing.sms")], [true, false]);
  assert.equal(prefs.notify(prefs.setNotify("orders.sms", false), "orders.sms"), false);
  assert.deepEqual(prefs.forgetNotify("orders.sms"), { "notify.orders.sms": null });
});

test("sets", () => {
  const said = { ...prefs.topics.add("sports"), ...prefs.topics.add("art"), ...prefs.topics.remove("law"), "topics:x": false, "topics:": true };
  assert.deepEqual(prefs.topics.all(said), ["art", "sports"]);
  assert.deepEqual([prefs.topics.has(said, "art"), prefs.topics.has(said, "law")], [true, false]);
  assert.deepEqual(prefs.topics.remove("law"), { "topics:law": null });
});
