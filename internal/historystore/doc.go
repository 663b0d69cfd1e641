// Package historystore keeps history.Users in one DynamoDB table. It is the only place
// that knows the table's layout and expressions.
//
// # Items
//
// All items of a user have the partition key user_id. The sort key, kept, tells what
// an item is:
//
//	change#<ULID>          an accepted change
//	  event_id    S   the ULID, for the index
//	  detail      S   the change as JSON; absent: erased
//	  bot         S   its source; absent: erased
//	  envelopes   SS  ids of the events that carried it, at most 100
//	  received_at S   RFC 3339 with milliseconds
//	refused#<ULID>         a change that the contract refuses
//	  event_id    S   absent: the change had no readable id, and the ULID is derived
//	  code        S
//	  field       S   absent: the whole change, or erased
//	  bot         S   absent: erased
//	  received_at S
//	announced#<revision>   an announcement; the revision has 19 digits
//	  previous    N   the previous revision
//	  caused_by   SS  ids of changes; absent: none
//	  changed_keys SS absent: none, or erased
//	  erased, truncated  BOOL
//	  updated_at  S
//	erased                 what of the user is erased, a history.Mark
//	  cleared     S   a stamp: changes below it are erased
//	  revision    N   announcements below it are erased
//
// Every item has expires_at (N, seconds since 1970). After that time DynamoDB may drop it,
// and reading leaves it out. The index by-event finds a change by its event_id. It projects
// keys alone. So a change costs one write more, and an announcement costs none.
//
// # Erasure
//
// Two functions may be at work at once, one with an erasure and one with an earlier
// change. The first one raises the mark. Then it takes from the items what is below the
// mark. The second one writes its item. Then it reads the mark, strongly consistent. The
// later one sees what the other did. So nothing below the mark keeps what it said.
//
// Keep is idempotent. An error leaves a part undone, and keeping the same batch again
// finishes it. Safe for concurrent use.
package historystore
