package tables

import (
	"regexp"
	"strings"
)

// A difference is a known way in which localaws and dynoxide differ. It has either
// matches or instead.
type difference struct {
	reason string // why that is right

	// matches tells whether the difference explains a disagreement, by everything that
	// is known about the request and the answers.
	matches func(d disagreement) bool

	// instead rewrites the request so that dynoxide answers like localaws. The
	// rewritten request is sent to dynoxide, and its answer is compared in full.
	instead func(d disagreement, r request) (request, bool)
}

const validationException = "ValidationException"

// malformed is localaws' message about a text that is no expression.
var malformed = regexp.MustCompile(`^Invalid \w+Expression: Syntax error; `)

var differences = []difference{
	{
		reason:  "DynamoDB checks the types of an expression's constants before it looks for an item (dynalite's grammar, which was held against AWS); dynoxide does for some functions only",
		matches: finds(operandType, elementType, typeName, misplacedFunction, unknownFunction, operandCount, noPath, longList),
	},
	{
		reason:  "DynamoDB refuses an undefined or misspelt placeholder before it looks for the table; dynoxide finds some only where it comes to evaluate them",
		matches: func(d disagreement) bool { return d.refusedByUsAlone() && d.hasBadPlaceholder() },
	},
	{
		reason: "DynamoDB refuses a placeholder that no expression uses; dynoxide does not look where an UpdateItem has only a condition",
		matches: func(d disagreement) bool {
			return d.request.operation == "UpdateItem" && d.request.body["UpdateExpression"] == nil && d.refusedByUsAlone() && d.hasUnusedPlaceholder()
		},
	},
	{
		reason:  "DynamoDB refuses to compare a path with itself (dynalite's grammar, which was held against AWS); dynoxide does in contains only",
		matches: finds(itself),
	},
	{
		reason:  "DynamoDB refuses bounds of BETWEEN that are of two types or in the wrong order before it looks for an item; dynoxide looks only where it comes to compare",
		matches: finds(bounds),
	},
	{
		reason:  "DynamoDB refuses a path into a key attribute before it looks for an item (dynalite); dynoxide does in some conditions only",
		matches: func(d disagreement) bool { return d.saysAlone("Key attributes must be scalars") && d.leadsIntoKey() },
	},
	{
		reason:  "DynamoDB's limit of 32 levels holds for the path in every expression; dynoxide does not count them",
		matches: finds(deepPath),
	},
	{
		reason:  "DynamoDB refuses paths that overlap or conflict before it looks for an item; dynoxide looks later, and not at every projection",
		matches: finds(twoPaths),
	},
	{
		reason:  "DynamoDB refuses an update of the key before it looks for an item; dynoxide checks the condition first",
		matches: func(d disagreement) bool { return d.saysAlone("This attribute is part of the key") && d.updatesKey() },
	},
	{
		reason: "DynamoDB's regions differ on placeholders without an expression in a transaction: us-east-1 takes what eu-west-2 refuses (dynoxide's transact_write_items.rs)",
		matches: func(d disagreement) bool {
			return strings.HasPrefix(d.request.operation, "Transact") && d.refusedByUsAlone() && d.hasNeedlessPlaceholders()
		},
	},
	{
		reason: "DynamoDB's regions differ on a constant of 32 levels: eu-west-2 refuses what us-east-1 takes (dynoxide's transact_write_items.rs); what is deeper both refuse",
		matches: func(d disagreement) bool {
			return d.ours.code != validationException && strings.Contains(d.theirs.reasons(), "Nesting Levels have exceeded supported limits") &&
				d.hasConstantAtLimit()
		},
	},
	{
		reason: "DynamoDB refuses a malformed expression before it looks for the table; dynoxide finds a missing table first in some reads",
		instead: func(d disagreement, r request) (request, bool) {
			other, missing := ofTheTable(r)
			return other, missing && d.ours.code == validationException && d.theirs.code == "ResourceNotFoundException"
		},
	},
	{
		reason: "which of two mistakes of a transaction is told is open: a key that does not fit, a malformed expression, or one item twice",
		matches: func(d disagreement) bool {
			ours, theirs := d.ours.reasons(), d.theirs.reasons()
			if strings.Contains(theirs, "multiple operations on one item") && d.namesAnItemTwice() {
				return strings.Contains(ours, "does not match the schema") && d.hasUnfitKey() || strings.Contains(ours, "Type mismatch for Index Key") && d.hasUnfitIndexKey()
			}
			return malformed.MatchString(ours) && strings.Contains(theirs, "does not match the schema") && strings.HasPrefix(d.request.operation, "Transact") && d.hasUnfitKey()
		},
	},
	{
		reason:  "a cancelled transaction names only the first part that does not fit its table (scylladb/scylladb's test_transact.py, held against AWS); dynoxide names all, and conditions",
		matches: func(d disagreement) bool { return d.subject == anotherAnswer && d.namesTheFirstAlone() },
	},
	{
		reason: "nothing can be taken from an item that is not there, whatever the path (scylladb/scylladb's test_update_expression.py, held against AWS); dynoxide refuses paths into it",
		matches: func(d disagreement) bool {
			return (d.subject == oneRefuses || d.subject == anotherAnswer) && d.takesFromNothing()
		},
	},
	{
		reason:  "DynamoDB takes parentheses around an operand (dynalite's grammar, which was held against AWS); dynoxide's grammar has none",
		instead: whereRefused(parenthesis, withoutParentheses),
	},
	{
		reason: "the parentheses of IN and of a function belong to its list of operands (Developer Guide, the syntax of conditions), " +
			"so that one pair around the only operand is not redundant; dynoxide counts two",
		instead: whereRefused(redundant, withoutParentheses),
	},
	{
		reason:  "DynamoDB refuses redundant parentheses in every expression (dynalite's grammar, which was held against AWS); dynoxide does not look in updates",
		matches: finds(doubled),
	},
	{
		reason: "numbers are compared by value, and -0 is stored as 0; dynoxide takes the keys 0 and -0 for two",
		instead: func(d disagreement, r request) (request, bool) {
			other, has := withPlainZeros(r)
			return other, has && d.refusedByUsAlone() && strings.Contains(d.ours.message, "contains duplicates")
		},
	},
	{
		reason:  "DynamoDB skips white space between all tokens; dynoxide reads an index only where it follows its bracket at once",
		instead: whereRefused(looseIndex, withTightIndexes),
	},
	{
		reason:  "a name that begins with an underscore needs a placeholder (Developer Guide; scylladb/scylladb's test_update_expression.py, held against AWS); dynoxide takes it bare",
		matches: finds(underscore),
	},
	{
		reason:  "ALL_OLD of an item that was not there is nothing: \"as they appeared before\" (API reference, UpdateItem); dynoxide answers the new item's key",
		matches: func(d disagreement) bool { return d.subject == anotherAnswer && d.oldIsTheKey() },
	},
	{
		reason:  "UPDATED_OLD and UPDATED_NEW give what the update names; dynoxide answers the whole attribute where the path has an index (its own comment calls that coarse)",
		matches: func(d disagreement) bool { return d.subject == anotherAnswer && d.updatedIsWhole() },
	},
	{
		reason: "an exclusive start key is exclusive: after its only key a partition has nothing; dynoxide answers the item again where a table has no sort key, page after page",
		matches: func(d disagreement) bool {
			return d.subject == anotherAnswer && d.request.operation == "Query" && d.startsOver()
		},
	},
	{
		reason: "a projection gives the attributes that it names (API reference, Get); dynoxide adds the key in TransactGetItems",
		matches: func(d disagreement) bool {
			return d.subject == anotherAnswer && d.request.operation == "TransactGetItems" && d.addsKeys()
		},
	},
	{
		reason: "DynamoDB refuses an empty or overlong key value also in a key condition, as in every key; dynoxide looks for it",
		matches: func(d disagreement) bool {
			return d.request.operation == "Query" && d.refusedByUsAlone() && d.asksForBadKey()
		},
	},
	{
		reason:  "removing from an item that is not there does not make it (scylladb/scylladb issue 5862, seen on AWS); dynoxide makes an item of the key",
		matches: func(d disagreement) bool { return d.subject == ghost },
	},
	{
		reason:  "a put that changes nothing makes no record (API reference, Streams: \"modified\"); dynoxide makes one where the item has sets or numbers in another notation",
		matches: func(d disagreement) bool { return d.subject == otherStream && onlyNeedless(d) },
	},
	{
		reason: "SizeBytes is the sizes of the key and the images as items are measured (Developer Guide, \"DynamoDB Streams\", the record of 26 bytes); dynoxide gives the length of the JSON",
		matches: func(d disagreement) bool {
			return d.subject == otherSizes && sizesAsMeasured(d.ours.body, d.theirs.body)
		},
	},
}

var (
	parenthesis = regexp.MustCompile(`Syntax error; token: "[()]"`)
	redundant   = regexp.MustCompile(`redundant parentheses`)
	looseIndex  = regexp.MustCompile(`Syntax error; token: "\d+", near: "\[\s`)
)

// whereRefused rewrites the expressions if only dynoxide refuses the request, with this
// message.
func whereRefused(message *regexp.Regexp, f func(member, text string) string) func(d disagreement, r request) (request, bool) {
	return func(d disagreement, r request) (request, bool) {
		other, changed := rewritten(r, f)
		return other, changed && d.ours.code != validationException && d.theirs.code != "" && message.MatchString(d.theirs.reasons())
	}
}
