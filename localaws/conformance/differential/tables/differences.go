package tables

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A difference is a way in which localaws and dynoxide are known to differ.
type difference struct {
	reason string // why that is right
	is     func(d disagreement) bool
}

const validationException = "ValidationException"

// refusesAlone tells whether localaws alone finds a mistake that needs no item
// to be seen, with one of the messages. dynoxide goes on to the item then, which
// it changes, or finds in the way.
func refusesAlone(messages string) func(d disagreement) bool {
	pattern := regexp.MustCompile(messages)
	return func(d disagreement) bool {
		return d.ours.code == validationException && d.theirs.code != validationException && pattern.MatchString(d.ours.message)
	}
}

var differences = []difference{
	{
		"DynamoDB checks the types of an expression's constants before it looks for an item (dynalite's grammar, which was held against AWS); dynoxide does for some functions only",
		refusesAlone(`Incorrect operand type for operator or function|Invalid attribute type name found|The function is not allowed to be used this way|Invalid function name|Incorrect number of operands|requires a document path|The IN operator is provided with too many operands`),
	},
	{
		"DynamoDB refuses an undefined or misspelt placeholder before it looks for the table; dynoxide finds some only where it comes to evaluate them",
		refusesAlone(`used in expression is not defined|used in the document path is not defined|contains invalid key|contains invalid value`),
	},
	{
		"DynamoDB refuses a placeholder that no expression uses; dynoxide does not look where an UpdateItem has only a condition",
		func(d disagreement) bool {
			return d.request.operation == "UpdateItem" && d.request.body["UpdateExpression"] == nil && refusesAlone(`unused in expressions`)(d)
		},
	},
	{
		"DynamoDB refuses to compare a path with itself (dynalite's grammar, which was held against AWS); dynoxide does in contains only",
		refusesAlone(`The first operand must be distinct from the remaining operands`),
	},
	{
		"DynamoDB refuses bounds of BETWEEN that are of two types or in the wrong order before it looks for an item; dynoxide looks only where it comes to compare",
		refusesAlone(`The BETWEEN operator requires`),
	},
	{
		"DynamoDB refuses a path into a key attribute before it looks for an item (dynalite); dynoxide does in some conditions only",
		func(d disagreement) bool {
			return strings.Contains(d.ours.reasons(), "Key attributes must be scalars") && !strings.Contains(d.theirs.reasons(), "Key attributes must be scalars")
		},
	},
	{
		"DynamoDB's limit of 32 levels holds for the path in every expression; dynoxide does not count them",
		refusesAlone(`The document path has too many nesting levels`),
	},
	{
		"DynamoDB refuses paths that overlap or conflict before it looks for an item; dynoxide looks later, and not at every projection",
		refusesAlone(`Two document paths (conflict|overlap)`),
	},
	{
		"DynamoDB refuses an update of the key before it looks for an item; dynoxide checks the condition first",
		func(d disagreement) bool {
			return strings.Contains(d.ours.reasons(), "This attribute is part of the key") && !strings.Contains(d.theirs.reasons(), "This attribute is part of the key")
		},
	},
	{
		"DynamoDB's regions differ on placeholders without an expression in a transaction: us-east-1 takes what eu-west-2 refuses (dynoxide's transact_write_items.rs)",
		func(d disagreement) bool {
			return strings.HasPrefix(d.request.operation, "Transact") &&
				refusesAlone(`can only be specified when using expressions|ExpressionAttribute(Names|Values) must not be empty`)(d)
		},
	},
	{
		"DynamoDB's regions differ on a constant of 32 levels: eu-west-2 refuses what us-east-1 takes (dynoxide's transact_write_items.rs); what is deeper both refuse",
		func(d disagreement) bool {
			return d.ours.code != validationException && strings.Contains(d.theirs.reasons(), "Nesting Levels have exceeded supported limits") &&
				levels(d.request.body) == maxLevels
		},
	},
	{
		"DynamoDB refuses a malformed expression before it looks for the table; dynoxide finds a missing table first in some reads",
		func(d disagreement) bool {
			return d.ours.code == validationException && d.theirs.code == "ResourceNotFoundException"
		},
	},
	{
		"which of two mistakes of a transaction is told is open: a key that does not fit, or one item twice",
		func(d disagreement) bool {
			return strings.Contains(d.ours.reasons(), "does not match the schema") && strings.Contains(d.theirs.message, "multiple operations on one item")
		},
	},
	{
		"DynamoDB takes parentheses around an operand (dynalite's grammar, which was held against AWS); dynoxide's grammar has none",
		func(d disagreement) bool {
			return d.ours.code != validationException && parenthesis.MatchString(d.theirs.reasons())
		},
	},
	{
		"the parentheses of IN and of a function belong to its list of operands (Developer Guide, the syntax of conditions), so that one pair around the only operand is not redundant; dynoxide counts two",
		func(d disagreement) bool {
			return strings.Contains(d.theirs.reasons(), "redundant parentheses") && d.ours.code != validationException && hasListOfOneInParentheses(d.request.body)
		},
	},
	{
		"DynamoDB refuses redundant parentheses in every expression (dynalite's grammar, which was held against AWS); dynoxide does not look in updates",
		refusesAlone(`Invalid UpdateExpression: The expression has redundant parentheses`),
	},
	{
		"numbers are compared by value, and -0 is stored as 0; dynoxide takes the keys 0 and -0 for two",
		func(d disagreement) bool {
			return strings.Contains(text(d.request.body), `"N":"-0`) && refusesAlone(`contains duplicates`)(d)
		},
	},
	{
		"DynamoDB skips white space between all tokens; dynoxide reads an index only where it follows its bracket at once",
		func(d disagreement) bool {
			return d.ours.code != validationException && looseIndex.MatchString(d.theirs.reasons())
		},
	},
	{
		"a name that begins with an underscore needs a placeholder (Developer Guide; scylladb/scylladb's test_update_expression.py, held against AWS); dynoxide takes it bare",
		refusesAlone(`Syntax error; token: "_"`),
	},
	{
		"ALL_OLD of an item that was not there is nothing: \"as they appeared before\" (API reference, UpdateItem); dynoxide answers the new item's key",
		func(d disagreement) bool {
			_, old := d.ours.body["Attributes"]
			return d.what == anotherAnswer && d.request.operation == "UpdateItem" && d.absent[text(d.request.body["Key"])] && d.request.body["ReturnValues"] == "ALL_OLD" && !old &&
				text(lacking(d.theirs.body["Attributes"], isKey)) == "{}"
		},
	},
	{
		"UPDATED_OLD and UPDATED_NEW give what the update names; dynoxide answers the whole attribute where the path has an index (its own comment calls that coarse)",
		func(d disagreement) bool {
			asked, _ := d.request.body["ReturnValues"].(string)
			expression, _ := d.request.body["UpdateExpression"].(string)
			return d.what == anotherAnswer && strings.HasPrefix(asked, "UPDATED_") && strings.Contains(expression, "[") &&
				text(canonical(lacking(d.ours.body["Attributes"], isDocument))) == text(canonical(lacking(d.theirs.body["Attributes"], isDocument)))
		},
	},
	{
		"an exclusive start key is exclusive: after its only key a partition has nothing; dynoxide answers the item again where a table has no sort key, page after page",
		func(d disagreement) bool {
			_, started := d.request.body["ExclusiveStartKey"]
			_, limited := d.request.body["Limit"]
			return d.what == anotherAnswer && d.request.operation == "Query" && (started || limited) && !strings.Contains(text(d.theirs.body), `"sk"`) &&
				repeats(d.ours.body["pages"], d.theirs.body["pages"])
		},
	},
	{
		"a projection gives the attributes that it names (API reference, Get); dynoxide adds the key in TransactGetItems",
		func(d disagreement) bool {
			return d.what == anotherAnswer && d.request.operation == "TransactGetItems" && strings.Contains(text(d.request.body), "ProjectionExpression") &&
				text(canonical(keyless(d.ours.body))) == text(canonical(keyless(d.theirs.body)))
		},
	},
	{
		"DynamoDB refuses an empty or overlong key value also in a key condition, as in every key; dynoxide looks for it",
		func(d disagreement) bool {
			return d.request.operation == "Query" && refusesAlone(`cannot contain an empty (string|binary) value|has exceeded the maximum size limit`)(d)
		},
	},
	{
		"removing from an item that is not there does not make it (scylladb/scylladb issue 5862, seen on AWS); dynoxide makes an item of the key",
		func(d disagreement) bool { return d.what == ghost },
	},
	{
		"a put that changes nothing makes no record (API reference, Streams: \"modified\"); dynoxide makes one where the item has sets or numbers in another notation",
		func(d disagreement) bool { return d.what == "the stream" && onlyNeedless(d.ours.body, d.theirs.body) },
	},
}

// hasListOfOneInParentheses tells whether an expression somewhere in a request
// has two parentheses behind IN or the name of a function.
func hasListOfOneInParentheses(v any) bool {
	switch v := v.(type) {
	case string:
		return slices.ContainsFunc(opened.FindAllStringSubmatch(v, -1), func(m []string) bool {
			return !slices.Contains([]string{"AND", "OR", "NOT", "BETWEEN"}, strings.ToUpper(m[1]))
		})
	case object:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), hasListOfOneInParentheses)
	case []any:
		return slices.ContainsFunc(v, hasListOfOneInParentheses)
	}
	return false
}

// maxLevels is how many lists and maps may lie in each other.
const maxLevels = 32

// levels is how many lists and maps lie in each other at the deepest place of a
// request.
func levels(v any) int {
	deepest, nests := 0, 0
	switch v := v.(type) {
	case object:
		_, list := v["L"].([]any)
		_, fields := v["M"].(object)
		if len(v) == 1 && (list || fields) {
			nests = 1
		}
		for _, e := range v {
			deepest = max(deepest, levels(e))
		}
	case []any:
		for _, e := range v {
			deepest = max(deepest, levels(e))
		}
	}
	return nests + deepest
}

// lacking is an item without some of its attributes, {} for none at all.
func lacking(item any, left func(name string, v any) bool) object {
	attributes, _ := item.(object)
	out := maps.Clone(attributes)
	if out == nil {
		out = object{}
	}
	maps.DeleteFunc(out, left)
	return out
}

func isKey(name string, _ any) bool { return name == "pk" || name == "sk" }

// isDocument tells whether an attribute is a list or a map.
func isDocument(_ string, v any) bool { return dig(v, "L") != nil || dig(v, "M") != nil }

// keyless is an answer of TransactGetItems without the items' keys. An item of
// which nothing is left is as good as none.
func keyless(body object) object {
	out := maps.Clone(body)
	var responses []any
	list, _ := body["Responses"].([]any)
	for _, r := range list {
		responses = append(responses, lacking(dig(r, "Item"), isKey))
	}
	out["Responses"] = responses
	return out
}

// repeats tells whether theirs is one page over and over, and ours is that page
// once, or one with nothing.
func repeats(ours, theirs any) bool {
	once, _ := ours.([]any)
	pages, _ := theirs.([]any)
	if len(once) == 0 || len(pages) == 0 {
		return false
	}
	page := func(v any) string {
		return text(canonical(lacking(v, func(name string, _ any) bool { return name == "LastEvaluatedKey" || name == "ConsumedCapacity" })))
	}
	first := page(pages[0])
	for _, p := range pages {
		if page(p) != first {
			return false
		}
	}
	for i, p := range once {
		if nothing, _ := dig(p, "ScannedCount").(float64); nothing != 0 && (i > 0 || page(p) != first) {
			return false
		}
	}
	return true
}

var (
	parenthesis = regexp.MustCompile(`Syntax error; token: "[()]"`)
	opened      = regexp.MustCompile(`([A-Za-z_]+)\s*\(\s*\(`) // by what stands before it
	looseIndex  = regexp.MustCompile(`Syntax error; token: "\d+", near: "\[\s`)
)

// onlyNeedless tells whether theirs has the records of ours and beside them only
// modifications that change nothing, as far as the stream's view shows it.
func onlyNeedless(ours, theirs object) bool {
	if len(ours) != len(theirs) {
		return false
	}
	for key, list := range theirs {
		have, _ := ours[key].([]any)
		for _, r := range list.([]any) {
			if len(have) > 0 && text(canonical(have[0])) == text(canonical(r)) {
				have = have[1:]
				continue
			}
			change, _ := dig(r, "dynamodb").(object)
			old, recent := change["OldImage"], change["NewImage"]
			if dig(r, "eventName") != "MODIFY" || old != nil && recent != nil && text(canonical(old)) != text(canonical(recent)) {
				return false
			}
		}
		if len(have) > 0 {
			return false
		}
	}
	return true
}
