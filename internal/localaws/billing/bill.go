package billing

import "time"

// A Bill counts billed units. The zero Bill is empty.
type Bill struct {
	Events        int64 // chunks put on a bus
	QueueRequests int64 // chunks
	Invocations   int64
	GBMillis      float64 // gigabyte-milliseconds of functions
	WriteUnits    float64
	ReadUnits     float64
	Destinations  int64 // chunks sent to API destinations
	APIRequests   int64 // chunks
	ArchivedBytes int64
	LoggedBytes   int64
}

// Invoked adds an invocation of a function with this much memory, in MB. Its time is
// rounded up to whole milliseconds.
func (b *Bill) Invoked(took time.Duration, memoryMB int) {
	b.Invocations++
	millis := (took + time.Millisecond - 1) / time.Millisecond
	b.GBMillis += float64(max(millis, 1)) * float64(memoryMB) / 1024
}

// Add adds another bill.
func (b *Bill) Add(other Bill) { b.add(other, 1) }

// Less returns the bill without an earlier state of it.
func (b Bill) Less(before Bill) Bill {
	b.add(before, -1)
	return b
}

func (b *Bill) add(other Bill, sign int64) {
	b.Events += sign * other.Events
	b.QueueRequests += sign * other.QueueRequests
	b.Invocations += sign * other.Invocations
	b.GBMillis += float64(sign) * other.GBMillis
	b.WriteUnits += float64(sign) * other.WriteUnits
	b.ReadUnits += float64(sign) * other.ReadUnits
	b.Destinations += sign * other.Destinations
	b.APIRequests += sign * other.APIRequests
	b.ArchivedBytes += sign * other.ArchivedBytes
	b.LoggedBytes += sign * other.LoggedBytes
}

// A Line is one position of a bill: its amount, and what it costs.
type Line struct {
	What  string
	Units float64
	USD   float64
}

// Lines lists all positions that a bill can have, in the order in which a change causes
// them.
func (b *Bill) Lines() []Line {
	perMillion := func(what string, units, price float64) Line { return Line{what, units, units * price / 1e6} }
	perGB := func(what string, bytes int64, price float64) Line {
		return Line{what, float64(bytes), float64(bytes) / gigabyte * price}
	}
	return []Line{
		perMillion("HTTP API requests", float64(b.APIRequests), APIRequestPerMillion),
		perMillion("events", float64(b.Events), EventPerMillion),
		perMillion("queue requests", float64(b.QueueRequests), QueueRequestPerMillion),
		perMillion("invocations", float64(b.Invocations), InvocationPerMillion),
		perMillion("GB-seconds", b.GBMillis/1000, GBSecondPerMillion),
		perMillion("write units", b.WriteUnits, WriteUnitPerMillion),
		perMillion("read units", b.ReadUnits, ReadUnitPerMillion),
		perMillion("API destination calls", float64(b.Destinations), DestinationPerMillion),
		perGB("archived bytes", b.ArchivedBytes, ArchivePerGB),
		perGB("logged bytes", b.LoggedBytes, LogPerGB),
	}
}

// USD is the total of the bill.
func (b *Bill) USD() (sum float64) {
	for _, l := range b.Lines() {
		sum += l.USD
	}
	return sum
}

// PerMillion is the cost of a million of something, if this bill is for n of them.
func (b *Bill) PerMillion(n int) float64 {
	if n == 0 {
		return 0
	}
	return b.USD() / float64(n) * 1e6
}
