// What preferences mean: resolving profiles, and what the code that `botprefs catalogue ts` writes needs. A catalogue is the
// JSON that botprefs compiles catalogue.yaml to; undefined is no catalogue.
import type { Json } from "./events.js";

export type { Json } from "./events.js";
export type Preferences = Record<string, Json>;
export type Layer = "tenant" | "user" | "conversation";
export interface Entry {
  name: string;
  schema: Json;
  default?: Json;
  title?: string;
  description?: string;
  owner?: string;
  enforce: "refuse" | "warn";
  sensitive?: boolean;
  end_user: "write" | "read" | "none";
  layers: readonly Layer[];
  locked?: boolean;
  set?: boolean;
}
export interface Catalogue {
  format: 1;
  version: number;
  unknown: "accept" | "warn" | "refuse";
  entries: readonly Entry[];
}
/** What one profile shows. The values of inferred_keys are inferred; all others are stated. */
export interface View {
  preferences?: Preferences;
  inferred_keys?: readonly string[];
}

/** The entry that governs a key: that of its exact name, else of the longest prefix; undefined for an unknown key. */
export function entry(catalogue: Catalogue | undefined, key: string): Entry | undefined {
  let best: Entry | undefined;
  for (const one of catalogue?.entries ?? []) {
    if (one.name === key) return one;
    const prefix = one.name.slice(0, -1);
    if (one.name.endsWith("*") && key.startsWith(prefix) && key.length > prefix.length && one.name.length > (best?.name.length ?? 0)) best = one;
  }
  return best;
}

const own = (object: Preferences, key: string): Json => (Object.hasOwn(object, key) ? object[key]! : null);

/** What holds for a user and where each value comes from, by the rule in docs/catalogue.md. */
export function resolve(catalogue: Catalogue | undefined, profiles: { conversation?: View; user?: View; tenant?: View }) {
  const places = (["tenant", "conversation", "user", "conversation", "user", "tenant"] as const).map((layer, i) => {
    const { preferences = {}, inferred_keys = [] } = profiles[layer] ?? {};
    const inferred = new Set(inferred_keys);
    return (key: string, found: Entry | undefined) => {
      const value = own(preferences, key);
      const counts = i === 5 || inferred.has(key) === (i === 3 || i === 4);
      const allowed = (found === undefined || found.layers.includes(layer)) && (i !== 0 || found?.locked === true);
      return value !== null && counts && allowed ? { value, layer } : undefined;
    };
  });
  const preferences = new Map<string, Json>();
  const from = new Map<string, Layer | "default">();
  for (const one of catalogue?.entries ?? []) {
    if (one.default === undefined || one.name.endsWith("*")) continue;
    preferences.set(one.name, one.default);
    from.set(one.name, "default");
  }
  const keys = new Set([profiles.conversation, profiles.user, profiles.tenant].flatMap((view) => Object.keys(view?.preferences ?? {})));
  for (const key of keys) {
    const found = entry(catalogue, key);
    for (const place of places) {
      const got = place(key, found);
      if (got === undefined) continue;
      preferences.set(key, got.value);
      from.set(key, got.layer);
      break;
    }
  }
  return { preferences: Object.fromEntries(preferences), from: Object.fromEntries(from) };
}

/** The value of a key, else its default, else undefined. A value that is not right counts as absent. */
export function read<T extends Json>(catalogue: Catalogue, preferences: Preferences, key: string, right: (value: Json) => value is T): T | undefined {
  const value = own(preferences, key);
  if (value !== null && right(value)) return value;
  return entry(catalogue, key)?.default as T | undefined;
}

export const isJson = (_: Json): _ is Json => true;
export const isText = (value: Json): value is string => typeof value === "string";
export const isBoolean = (value: Json): value is boolean => typeof value === "boolean";
export const isNumber = (value: Json): value is number => typeof value === "number";
export const isInteger = (value: Json): value is number => Number.isInteger(value);
export const isOneOf =
  <const W extends string>(...words: W[]) =>
  (value: Json): value is W =>
    (words as Json[]).includes(value);

/** A set. Each element is a key of its own, so that several bots can add and remove elements at once. */
export class Elements {
  constructor(private readonly prefix: string) {}

  add(element: string): Record<string, Json> {
    return { [this.prefix + element]: true };
  }

  remove(element: string): Record<string, Json> {
    return { [this.prefix + element]: null };
  }

  has(preferences: Preferences, element: string): boolean {
    return own(preferences, this.prefix + element) === true;
  }

  all(preferences: Preferences): string[] {
    const elements = Object.keys(preferences).filter((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
    return elements.filter((element) => element !== "" && this.has(preferences, element)).sort();
  }
}
