// Package cost prices what a pipeline uses, as AWS bills it: in chunks of 64 KB,
// by the request, by the millisecond.
//
// Prices are those of us-east-1 without a free tier, as published in 2026; each
// names its page. What is the same for every design (storage, logs, the network)
// is left out.
package cost
