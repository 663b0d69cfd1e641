// Package growth says at which load which limit of AWS comes first, and what to set:
// by runs in virtual time (package virtual, requests side by side) under limits as AWS
// states them, by arithmetic where a run would only repeat it, and, for the number of
// users, by counting what a change needs on tables with more and more of them.
//
// How the limits are modelled:
//
//   - PutEvents: so many requests in each second of the clock. What is over it is
//     refused whole. Publishers and the announcer try again as package batch does it, and
//     a publisher starts anew after that. AWS's page counts requests; it says nothing
//     of entries, and nothing of what is saved up from one second to the next.
//   - Deliveries: so many in each second of the clock, a fourth of them in each quarter
//     of it, the others later, in their order.
//   - The table: so many units in each second of each of its partitions, over which users
//     are spread evenly. DynamoDB lets a partition use for a while what it has not used,
//     and splits one that stays hot after minutes; a run has neither, and so refuses more.
//   - The stream: a shard for each partition.
//   - Lambda: so many batches of the queue at a time, growing by the minute. Lambda's
//     polling less where functions fail is not modelled.
//
// All requests take the same time (virtual.Usual). Slower ones make batches longer, and so
// meet the limits of concurrency at lower loads, and those of the table at higher ones.
//
// The runs are too short for what needs minutes: a table that grows, dead letters after
// five receives of a load that lasts.
package growth
