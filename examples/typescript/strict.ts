// What JSON.stringify would change without a word: NaN becomes null, which forgets a key, and a lone surrogate an escape, which is
// refused further on.
import type { PreferenceChange } from "./events.js";

const maxDepth = 900; // levels of a value

/** A change as JSON text. Throws where something in it would arrive as something else or not at all: a field is named, and no value. */
export function stringify(change: PreferenceChange): string {
  const { preferences = {}, ...rest } = change;
  const fields: [string, unknown][] = Object.entries(rest).filter(([, value]) => value !== undefined);
  for (const [key, value] of Object.entries(preferences)) fields.push([`preferences.${key}`, key], [`preferences.${key}`, value]);
  for (const [field, value] of fields) {
    const rule = broken(value);
    if (rule !== undefined) throw new RangeError(`${field.replace(/\p{Surrogate}/gu, "\ufffd")} ${rule}`);
  }
  // The two are the characters of JSON that a queue does not take.
  return JSON.stringify(change).replaceAll("\ufffe", "\\ufffe").replaceAll("\uffff", "\\uffff");
}

/** The rule that a value breaks; undefined: it arrives as it is. */
export function broken(value: unknown, depth = 0): string | undefined {
  if (value === null || typeof value === "boolean") return undefined;
  if (typeof value === "string") return /\p{Surrogate}/u.test(value) ? "has a lone surrogate" : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "has a number that is not finite";
  const kind = Object.prototype.toString.call(value); // a Map would become {}, a Date a text
  if (kind !== "[object Object]" && kind !== "[object Array]") return `has ${kind}, which JSON has not`;
  if (depth === maxDepth) return `nests deeper than ${maxDepth} levels`;
  for (const [name, part] of Object.entries(value as object)) {
    const rule = broken(name) ?? broken(part, depth + 1);
    if (rule !== undefined) return rule;
  }
  return undefined;
}
