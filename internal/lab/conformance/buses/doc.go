// Package buses holds the conformance cases of EventBridge: buses, rules,
// targets, PutEvents, and what queues are delivered.
//
// What the cases want was taken from AWS's reference, and, where that is silent
// or vague, from what others recorded AWS to answer: the snapshots in
// LocalStack's repository (tests/aws/services/events, Apache-2.0).
package buses
