// Package deliveries measures how announcements reach many subscribers.
//
// It runs the whole pipeline with 1, 10 and 50 subscribers. Each subscriber is a Lambda
// function with its own queue and rule, like examples/skill. The benchmark publishes
// changes at a steady rate. For every change it measures the time from the bus
// accepting it to the end of each subscriber's function. For every subscriber it counts
// what AWS would bill.
//
// The times are those of localaws on this machine. They show what fan-out adds, not how
// long AWS itself takes. Counts and costs do not depend on the machine, except for the
// functions' milliseconds.
package deliveries
