// Package alarms tries every alarm of serverless.yml in virtual time: a fault fires it, it
// ends when the fault is mended, and a quiet day fires none. The faults happen to the
// pipeline's own handlers, over localaws. It also holds the dashboard, the runbooks and
// the stated price to the template.
//
// With the build tag e2e it follows each page of docs/runbooks against botprefs dev, with
// the page's fault injected:
//
//	go test ./internal/lab/alarms
//	go test -tags e2e -v ./internal/lab/alarms
package alarms
