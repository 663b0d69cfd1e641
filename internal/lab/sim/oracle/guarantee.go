package oracle

import "fmt"

// A Guarantee is one of the promises of the pipeline's design, by name.
type Guarantee string

// The guarantees that a Log checks. G10 is not there yet.
const (
	G1 Guarantee = "G1 Convergence. Once quiet, every profile equals the merge of all accepted changes."
	G2 Guarantee = "G2 Nothing lost. Every change that the bus matched or the queue took is reflected or superseded in its profile, or lies in a dead-letter queue."
	G3 Guarantee = "G3 No resurrection. What a replace with stamp c erased never becomes visible again from a stamp below c, and is removed from the item."
	G4 Guarantee = "G4 Announced. Every revision, and every deletion by hand, is announced, alone or folded with later ones, or a dead letter names its user and revision."
	G5 Guarantee = "G5 Subscribers converge. A subscriber that follows the rule above ends with the same profile, whatever is duplicated or reordered on its way."
	G6 Guarantee = "G6 Revisions only grow."
	G7 Guarantee = "G7 Poison isolates. A bad change neither blocks nor fails its batch-mates; it reaches the dead-letter queue with its reason on the first delivery on which that queue takes it."
	G8 Guarantee = "G8 Read your writes. With Prefer: wait, a caller reads what it wrote, or which keys a later change has won."
	G9 Guarantee = "G9 Duplicates are silent. A redelivered change alters no item, makes no revision and no announcement."

	// M1 is no guarantee of the design: the metrics of docs/observability.md.
	M1 Guarantee = "M1 Counted. Every metric that a function reports is what happened in its invocation."

	// H1 is none either: the history of docs/history.md.
	H1 Guarantee = "H1 Explained. What the history says of a change that the bus carried is what became of it, and nothing that an erasure covers is kept."
)

// Name is the guarantee's short name, such as "G1".
func (g Guarantee) Name() string { return string(g[:2]) }

// A Violation is a guarantee that did not hold, and what was seen instead.
type Violation struct {
	Guarantee Guarantee
	Seen      string
}

// Error quotes the guarantee and says what was seen.
func (v *Violation) Error() string { return string(v.Guarantee) + "\n    but: " + v.Seen }

// broken records a violation. The first one is the result of the history.
func (l *Log) broken(g Guarantee, format string, args ...any) {
	if l.violation == nil {
		l.violation = &Violation{g, fmt.Sprintf(format, args...)}
	}
}

// Violation is the first violation seen, or nil.
func (l *Log) Violation() *Violation { return l.violation }
