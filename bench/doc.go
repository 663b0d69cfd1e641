// Package bench holds what is measured: package deliveries how announcements
// reach many subscribers, package cost what it costs on AWS. `botprefs bench`
// runs them.
package bench
