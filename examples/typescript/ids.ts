// Ids of changes: UUIDs of version 7 (RFC 9562), and the ULID text under which the pipeline shows them.
import { randomBytes } from "node:crypto";

export const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // of a ULID: https://github.com/ulid/spec

/** UUIDv7s, each greater than the one before: what is said later wins, key by key, also within a millisecond. */
export class Ids {
  private last = 0n;

  next(): string {
    // 48 bits of clock, then 74 random ones, which count up where the clock stands still or goes back.
    const random = BigInt.asUintN(74, BigInt("0x" + randomBytes(10).toString("hex")));
    const now = (BigInt(Date.now()) << 74n) | random;
    this.last = now > this.last ? now : this.last + 1n;
    const [clock, a, b] = [this.last >> 74n, BigInt.asUintN(12, this.last >> 62n), BigInt.asUintN(62, this.last)];
    const bits = (clock << 80n) | (7n << 76n) | (a << 64n) | (0b10n << 62n) | b; // 7 is the version, 0b10 the variant
    return bits.toString(16).padStart(32, "0").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }
}

/** An id as announcements (caused_by, as_of), dead letters and logs show it: the same 128 bits as a ULID. */
export function ulid(id: string): string {
  if (id.length === 26) return id.toUpperCase();
  const bits = BigInt("0x" + id.replaceAll("-", ""));
  let text = "";
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += alphabet[Number((bits >> shift) & 31n)];
  return text;
}
