package tables

import "regexp"

// A difference is a way in which localaws and dynoxide are known to differ.
type difference struct {
	reason string // why that is right
	is     func(d disagreement) bool
}

var differences = []difference{
	{
		"DynamoDB checks the operands of an expression before it looks for an item; dynoxide finds some mistakes only where it evaluates them, or not at all",
		func(d disagreement) bool {
			return d.ours.code == validationException && d.theirs.code != validationException && static.MatchString(d.ours.message)
		},
	},
}

const validationException = "ValidationException"

// static are mistakes that need no item to be seen.
var static = regexp.MustCompile(`Incorrect operand type for operator or function|value used in expression is not defined|name used in the document path is not defined`)
