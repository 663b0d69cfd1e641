// Package cloudwatch keeps metrics by the minute and evaluates alarms, as Amazon
// CloudWatch does. It knows nothing of the machines that the metrics come from.
//
// Metrics come from Service.Add, and from lines in the embedded metric format that
// functions write (Service.Line). A minute keeps count, sum, extremes and how often each
// value occurred. A minute with more than 500 different values keeps them to two
// significant digits.
//
// An alarm on a metric compares one statistic with a fixed threshold. A composite alarm
// joins other alarms with AND, OR and NOT. Both are evaluated once a minute, a few seconds
// after it ends, because the last lines of a minute come late. An alarm looks at the last
// EvaluationPeriods periods that ended with that minute.
//
// It differs from CloudWatch in these ways:
//
//   - Periods are whole minutes. There are no high-resolution metrics.
//   - If data is missing, CloudWatch looks back a few periods further than
//     EvaluationPeriods, and does not publish how many. This package does not.
//   - Old minutes are forgotten after three hours, or later if an alarm needs them.
//   - Statistics are SampleCount, Sum, Average, Minimum, Maximum, percentiles (p99) and
//     percentile ranks (PR(:3000)). Metric math and anomaly detection are refused.
//   - Actions reach nobody. A Changed fact names them.
package cloudwatch
