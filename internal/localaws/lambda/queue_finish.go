package lambda

// Finish implements Mapping: it deletes what succeeded and leaves the rest to
// the queue's visibility timeout.
func (m *QueueMapping) Finish(inv *Invocation, r Result) {
	f, ok := m.flights.land(inv)
	if !ok {
		return
	}
	failed, reason := m.failed(f.invocation, r)
	keep := set(failed)
	for _, t := range f.load {
		if !keep[t.message.ID] {
			m.q.Delete(t.message.Receipt)
		}
	}
	m.w.Tell(Finished{
		Mapping: m.cfg.ID, Invocation: f.invocation, Result: r,
		Duration: m.w.Now().Sub(f.started), Failures: failed, Reason: reason,
	})
}

// failed are the ids of the messages that are not done, and why.
func (m *QueueMapping) failed(inv *Invocation, r Result) ([]string, string) {
	if r.Err != nil {
		return inv.Items, r.Err.Error()
	}
	if !m.cfg.ReportBatchItemFailures {
		return nil, ""
	}
	ids, err := failures(r.Payload, set(inv.Items))
	if err != nil {
		return inv.Items, err.Error()
	}
	if len(ids) > 0 {
		return ids, "reported by the function"
	}
	return nil, ""
}
