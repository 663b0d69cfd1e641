// Package deliveries measures how announcements reach many subscribers.
//
// It runs the whole pipeline with 1, 10 and 50 subscribers beside it, each a
// Lambda function behind a queue and a rule of its own, as examples/skill is, and
// publishes changes at a steady rate. Of every change it takes the time from the
// bus's taking it to the end of each subscriber's function, and of every
// subscriber what AWS would bill for.
//
// Times are of localaws on the machine it runs on: they show what fan-out adds,
// not what AWS's own hops take. Counts, and with them the costs, do not depend on
// the machine, but for the functions' milliseconds.
package deliveries
