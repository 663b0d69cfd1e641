package lambda

import "errors"

// A SourceMapping reads a queue or a stream. Lambda's API shows its settings, changes
// some of them, and switches it on and off. The queue of asynchronous invocations is
// none.
type SourceMapping interface {
	Mapping
	// Enabled tells whether the mapping may start batches.
	Enabled() bool
	// SetEnabled switches it. A mapping that is off starts no batch; those in flight
	// end. A queue's messages that it holds become visible again after their visibility
	// timeout. A stream's mapping continues where it was.
	SetEnabled(on bool)
}

var (
	_ SourceMapping = (*QueueMapping)(nil)
	_ SourceMapping = (*StreamMapping)(nil)
)

// Enabled implements SourceMapping.
func (m *QueueMapping) Enabled() bool { return !m.off }

// SetEnabled implements SourceMapping.
func (m *QueueMapping) SetEnabled(on bool) {
	if m.off = !on; m.off {
		m.buffer = nil
	}
}

// Config returns the mapping's settings, with Lambda's defaults filled in.
func (m *QueueMapping) Config() QueueMappingConfig { return m.cfg }

// Reconfigure changes the settings from the next batch on. ID, function, queue and
// filter stay. The error is that of Validate.
func (m *QueueMapping) Reconfigure(cfg QueueMappingConfig) error {
	cfg.ID, cfg.Function, cfg.QueueARN, cfg.Match = m.cfg.ID, m.cfg.Function, m.cfg.QueueARN, m.cfg.Match
	if err := cfg.Validate(); err != nil {
		return err
	}
	m.cfg = cfg.withDefaults()
	return nil
}

// Enabled implements SourceMapping.
func (m *StreamMapping) Enabled() bool { return !m.off }

// SetEnabled implements SourceMapping.
func (m *StreamMapping) SetEnabled(on bool) { m.off = !on }

// Config returns the mapping's settings, with Lambda's defaults filled in.
func (m *StreamMapping) Config() StreamMappingConfig { return m.cfg }

// ErrFixed is Reconfigure's error for a setting that cannot change while records wait
// in its lanes.
var ErrFixed = errors.New("ParallelizationFactor cannot be changed here")

// Reconfigure changes the settings from the next batch on. ID, function, stream, starting
// position and filter stay. The error is ErrFixed, or that of Validate.
func (m *StreamMapping) Reconfigure(cfg StreamMappingConfig) error {
	cfg.ID, cfg.Function, cfg.StreamARN, cfg.ShardID = m.cfg.ID, m.cfg.Function, m.cfg.StreamARN, m.cfg.ShardID
	cfg.StartingPosition, cfg.Match = m.cfg.StartingPosition, m.cfg.Match
	if err := cfg.Validate(); err != nil {
		return err
	}
	if cfg = cfg.withDefaults(); cfg.ParallelizationFactor != m.cfg.ParallelizationFactor {
		return ErrFixed
	}
	m.cfg = cfg
	return nil
}
