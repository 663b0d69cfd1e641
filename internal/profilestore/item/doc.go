// Package item is the layout of a stored profile: one DynamoDB item per user.
// It is the only place that knows the names of attributes and what is in them.
//
//	user_id     S  the key
//	revision    N  grows by one with every change of the profile
//	updated_at  S  when that was, RFC 3339 with milliseconds
//	cleared     S  the fence, a stamp; absent: nothing was ever replaced
//	p.<key>     M  what was stated, one per key
//	  t         S    the stamp of the change that said so
//	  v         S    the value's JSON text; absent: a tombstone
//	i.<key>     M  what was inferred, in the same form
//	weight      N  an upper bound of the size of what was stated, see [Weight]
//	recounts    N  how often that bound was brought down
//	inferred_weight, inferred_recounts
//	            N  the same of what was inferred
//	expires_at  N  when DynamoDB may drop the item, seconds since 1970;
//	               only while nothing is visible
//	late        S  stamps of changes that were redriven or replayed, each 26
//	               characters: those of the last write that had any. Their delay
//	               says nothing about the pipeline, so that it is not measured
//	traceparent S  of the last write's change with the greatest stamp;
//	               absent: that change had none
//
// Preferences are attributes of their own, not members of one map. So one
// UpdateItem can write and condition each of them, whether or not the item or
// any other preference exists.
//
// A stamp is stored as its 26 upper-case characters, so that DynamoDB's
// comparison of strings is the comparison of stamps.
//
// An entry whose stamp is below the fence is hidden: it counts for nothing and
// waits for its removal. Reading leaves hidden entries out of the profile and
// lists them apart. An inferred entry that is not later than what was stated under its
// key is dead: its value counts for nothing and waits for its removal, and its stamp stays.
//
// The package links no SDK client, so that a Lambda that only sees stream
// images need not either. Attributes that it does not know are ignored. What is
// malformed is an error that names the attribute and never shows a value.
package item
