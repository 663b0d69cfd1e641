package cost

import "time"

// A Bill counts what is paid for. The zero Bill is empty.
type Bill struct {
	Events        int64 // chunks put on a bus
	QueueRequests int64 // chunks
	Invocations   int64
	GBMillis      float64 // gigabyte-milliseconds of functions
	Destinations  int64   // chunks sent to API destinations
}

// Invoked adds an invocation of a function with that much memory, in MB. Its time
// is rounded up to whole milliseconds.
func (b *Bill) Invoked(took time.Duration, memoryMB int) {
	b.Invocations++
	millis := (took + time.Millisecond - 1) / time.Millisecond
	b.GBMillis += float64(max(millis, 1)) * float64(memoryMB) / 1024
}

// Add adds another bill.
func (b *Bill) Add(other Bill) {
	b.Events += other.Events
	b.QueueRequests += other.QueueRequests
	b.Invocations += other.Invocations
	b.GBMillis += other.GBMillis
	b.Destinations += other.Destinations
}

// USD is what the bill comes to.
func (b *Bill) USD() float64 {
	return (float64(b.Events)*EventPerMillion + float64(b.QueueRequests)*QueueRequestPerMillion +
		float64(b.Invocations)*InvocationPerMillion + b.GBMillis/1000*GBSecondPerMillion +
		float64(b.Destinations)*DestinationPerMillion) / 1e6
}

// PerMillion is what a million of something costs, n of which came to this bill.
func (b *Bill) PerMillion(n int) float64 {
	if n == 0 {
		return 0
	}
	return b.USD() / float64(n) * 1e6
}
