// Package consumers is the way out of the pipeline: apply (change queue ->
// profile store) and republish (the store's stream -> bus). Each is a handler of
// one kind of Lambda event. The folders below are the Lambda functions: they wire
// these handlers, and the one that reads for the HTTP API, to AWS.
//
// # Acknowledgement
//
// A handler acknowledges a message or record only after its effect is certain:
// stored, announced, or in a dead-letter queue with its reason. Whatever is not
// certain (an error, a panic, too little time left) is a batch item failure and
// is redelivered. Redelivery is harmless, since merging is idempotent and
// subscribers drop what they have. So: nothing is lost, everything may happen
// twice, and what can never succeed is set aside at once without holding up
// what came with it.
//
// The lists of batch item failures are never null, which Lambda would take for
// the failure of the whole batch.
//
// # Logs
//
// One line per batch, which carries its metrics, and one per refusal with the
// change's id, the code and the field. At the debug level there is one for every
// change. Users and conversations appear as hashes. Preference values, message
// bodies and user ids are never logged.
package consumers
