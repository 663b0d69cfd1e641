// Package telemetry is what the functions report about themselves: the metrics of an
// invocation, and the fields that a log line about a change has.
//
// # Metrics
//
// A [Batch] collects what one invocation counted and measured. [Reporter.Report] writes
// it as one line of CloudWatch's embedded metric format (EMF), from which CloudWatch
// makes metrics in the namespace [Namespace] with the dimension Stage. The same line is
// the invocation's log line. A metric that is zero is not written, because every metric
// that occurs in a month is billed.
//
// Specification: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
//
// # Log fields
//
// [Reporter.Log] writes a line about one change or profile. User ids and conversation
// ids appear as hashes only, and values of preferences never: see [Subject].
package telemetry
