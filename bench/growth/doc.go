// Package growth says at which load which limit of AWS comes first, and what to set:
// by runs in virtual time (package virtual) under limits as AWS states them, by
// arithmetic where a run would only repeat it, and, for the number of users, by
// measuring a table that grows.
//
// What is not modelled: a table's partitions split by themselves (here it has one
// stream shard, as a small one has), unused capacity that AWS saves up, and delays of
// the network beyond virtual.Latencies.
package growth
