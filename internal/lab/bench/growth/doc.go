// Package growth says which limit of AWS a growing load meets first, and what to set
// then. It uses three methods:
//
//   - runs in virtual time (package virtual, with requests side by side) under the
//     limits that AWS states
//   - arithmetic, where a run would only repeat it
//   - counting what a change needs on tables with more and more users
//
// How the limits are modelled:
//
//   - PutEvents: a number of requests in each second of the clock. A request over the
//     limit is refused whole. Publishers and the announcer retry as package batch does,
//     and a publisher then starts over. AWS's page counts requests. It does not mention
//     entries, nor what can be saved up from one second to the next.
//   - Deliveries: a number in each second of the clock, a fourth of it in each quarter
//     of a second. Deliveries over the limit happen later, in their order.
//   - The table: a number of units in each second for each partition. Users are spread
//     evenly over the partitions. DynamoDB lets a partition use up unused capacity for
//     a while, and splits a partition that stays hot for minutes. A run models neither,
//     and so refuses more.
//   - The stream: one shard for each partition.
//   - Lambda: a number of concurrent batches of the queue, which grows by the minute. A
//     run does not model that Lambda polls less when functions fail.
//
// All requests take the same time (virtual.Usual). If they were slower, batches would
// take longer. The run would then meet the limits of concurrency at lower loads, and
// the limits of the table at higher ones.
//
// The runs are too short for effects that need minutes, such as a table that grows, or
// dead letters after five receives under a lasting load.
package growth
