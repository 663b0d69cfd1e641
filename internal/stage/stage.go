// Package stage knows which resources each stage of the stack has, and their
// names. Serverless.yml names them; a test holds this package to it.
package stage

// Default is the stage of serverless.yml if nothing names another.
const Default = "dev"

// All are the stages that serverless.yml has parameters for.
var All = []string{Default, "staging", "prod"}

// Resources are the names of a stage's resources.
type Resources struct {
	Stack                   string // the CloudFormation stack's name
	Bus                     string // of changes and announcements
	Table                   string // of profiles
	ChangeQueue             string // feeds apply
	ChangeDeadLetters       string // queue of changes that apply could not store
	AnnouncementDeadLetters string // queue of announcements that republish gave up

	// These exist where the parameter history is on.
	History            string // table
	HistoryQueue       string // feeds recordHistory
	HistoryDeadLetters string // queue of what recordHistory could not keep
}

// Names are the names of a stage's resources.
func Names(stage string) Resources {
	stack := "bot-preferences-" + stage
	return Resources{
		Stack:                   stack,
		Bus:                     stack,
		Table:                   stack,
		ChangeQueue:             stack + "-changes",
		ChangeDeadLetters:       stack + "-changes-dlq",
		AnnouncementDeadLetters: stack + "-announcements-dlq",
		History:                 stack + "-history",
		HistoryQueue:            stack + "-history",
		HistoryDeadLetters:      stack + "-history-dlq",
	}
}

// Owns tells whether a queue of that name is the pipeline's own.
func (r Resources) Owns(queue string) bool {
	switch queue {
	case r.ChangeQueue, r.ChangeDeadLetters, r.AnnouncementDeadLetters, r.HistoryQueue, r.HistoryDeadLetters:
		return true
	}
	return false
}
