package subscriber

import (
	"fmt"
	"runtime/debug"
)

// contained runs f; where it panics the message has failed. A panic is logged by
// its type and stack, for its text may show a value.
func (h *Handler) contained(m *message, f func()) {
	// Also where f ends the goroutine: no panic can be recovered then.
	m.fail(codeNotReturned, errNotReturned)
	defer func() {
		if p := recover(); p != nil {
			m.fail(codePanicked, fmt.Errorf("a panic with a value of type %T", p))
			h.logger().Error("panic while handling an announcement", "message_id", m.id, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	f()
}
