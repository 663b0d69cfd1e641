// Package buses holds the conformance cases of EventBridge: buses, rules, targets,
// PutEvents, and deliveries to queues.
//
// The expected answers come from AWS's reference. Where the reference is silent or
// vague, they come from answers of AWS that others recorded: the snapshots in
// LocalStack's repository (tests/aws/services/events, Apache-2.0).
package buses
