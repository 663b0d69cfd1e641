// Package copytable keeps a subscriber's copies in a DynamoDB table of its own.
//
// # The item
//
// One item per user, in a table with the key user_id (S) alone:
//
//	user_id     S     the user's id, byte by byte
//	revision    N     of the profile that this is a copy of
//	p.<key>     S     one followed preference: its exact JSON text, "de" with the quotes
//	inferred_keys SS  those of them that a bot inferred; absent where there are none
//	stale       BOOL  true where the preferences are not known; else absent
//	updated_at  S     when the profile changed, RFC 3339; absent where unknown
//	as_of       S     the greatest stamp in the profile; absent where unknown
//	expires_at  N     seconds since 1970, only where WithExpiry says so
//
// Preferences are attributes of their own, so that a secondary index over
// p.language finds all users of a language. An index bounds the values that fit:
// 1,024 bytes for a sort key, 2,048 for a partition key; an announcement with a
// longer one fails.
//
// # Atomicity
//
// Save is one PutItem under a condition on the stored revision. It replaces the
// whole item, so nothing of an earlier copy remains, and it needs no read: two
// writers can never leave the older copy. Load is one strongly consistent
// GetItem.
//
// # Duties of the caller
//
// The table must belong to one Projection, or to one Guard. The function needs
// dynamodb:PutItem on it, and dynamodb:GetItem where something loads: Get, Guard,
// BeforeSave, and truncated announcements without a reader.
package copytable
