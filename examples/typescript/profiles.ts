// Reads a profile over the pipeline's HTTP API: what a subscriber needs where it did not fit into its announcement.
import type { SQSClientResolvedConfig } from "@aws-sdk/client-sqs";
import { SignatureV4 } from "@smithy/signature-v4";

import type { Json } from "./events.js";
import { among, type Copy, finite } from "./subscriber.js";

const timeout = 3000; // ms

/** What any client of the SDK has in its config. */
type Signing = Pick<SQSClientResolvedConfig, "credentials" | "region" | "sha256">;

/** The third argument of Subscriber. The credentials need execute-api:Invoke on GET /preferences. */
export function reader(api: string, { credentials, region, sha256 }: Signing): (userId: string) => Promise<Copy> {
  const signer = new SignatureV4({ service: "execute-api", credentials, region, sha256 });
  return async (userId) => {
    // Not in the path: a user id may be anything, "." and "/" included.
    const url = new URL(`${api.replace(/\/$/, "")}/preferences?user_id=${encodeURIComponent(userId)}`);
    const { headers } = await signer.sign({
      method: "GET",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: { user_id: userId },
      headers: { host: url.host },
    });
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(timeout) });
    // 404: nothing is visible; the revision is known where there was something.
    if (answer.status !== 200 && answer.status !== 404) throw new Error(`the HTTP API answers ${answer.status}`);
    const profile = (await answer.json()) as { revision?: number; preferences?: Record<string, Json>; inferred_keys?: string[] };
    const { revision = 0, preferences = {}, inferred_keys = [] } = profile;
    if (!finite(preferences)) throw new RangeError("a number beyond a double");
    return { revision, preferences, inferredKeys: among(preferences, inferred_keys) };
  };
}

/** undefined where PREFERENCES_API is not set: what is truncated then stays unknown until it fits again. */
export function readerFromEnvironment(config: Signing): ReturnType<typeof reader> | undefined {
  const api = process.env["PREFERENCES_API"];
  return api ? reader(api, config) : undefined;
}
