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
	}
}

// Owns tells whether a queue of that name is the pipeline's own.
func (r Resources) Owns(queue string) bool {
	return queue == r.ChangeQueue || queue == r.ChangeDeadLetters || queue == r.AnnouncementDeadLetters
}
