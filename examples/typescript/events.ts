// The two events, as events/preference_change.schema.json and events/preferences_updated.schema.json have them. events.test.ts holds
// these types to the schemas, which say more than types can.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What a bot learned about a user. */
export interface PreferenceChange {
  /** A UUID of version 7 or a ULID; one id names one change, and greater ones win. Shown as a ULID, whichever it was. */
  id?: string;
  user_id: string;
  /** Values to set; null forgets a key. */
  preferences?: Record<string, Json>;
  /** Forget everything earlier. */
  replace?: boolean;
  /** stated, the default: the person said it. inferred: a bot concluded it, which never replaces what the person stated. */
  origin?: "stated" | "inferred";
  conversation_id?: string;
  /** The trace that the change belongs to, as W3C writes it: 00-<32 hex digits>-<16 hex digits>-01. What is none is ignored. */
  traceparent?: string;
  version?: 1;
}

/** A new revision of a user's profile. */
export interface PreferencesUpdated {
  version: 1;
  user_id: string;
  revision: number;
  previous_revision: number;
  changes?: Record<string, Json>;
  changed_keys: string[];
  /** The whole profile; left out only where truncated is true. */
  preferences?: Record<string, Exclude<Json, null>>;
  /** The keys of the profile whose values a bot inferred; there even where preferences is left out. */
  inferred_keys: string[];
  truncated: boolean;
  erased: boolean;
  updated_at: string;
  caused_by: string[];
  as_of: string;
  snapshot: boolean;
  /** The version of the pipeline's catalogue, if it has one. */
  catalogue_version?: number;
  /** The trace of the change that caused it, if that has one. */
  traceparent?: string;
}

/** How EventBridge delivers an event. */
export interface Envelope {
  id: string;
  source: string;
  "detail-type": string;
  detail: unknown;
}
