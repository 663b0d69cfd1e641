package tables

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A mistake is a mistake that localaws finds in a request before it reads an item. It
// is not enough that localaws reports it: shown looks for it in the request again, by
// what the message names.
type mistake struct {
	message *regexp.Regexp
	shown   func(e expression, named []string) bool
}

// finds tells whether only localaws reports one of the mistakes, and the request has
// it. dynoxide then goes on to the item, which it changes or cannot use.
func finds(mistakes ...mistake) func(d disagreement) bool {
	return func(d disagreement) bool {
		if !d.refusedByUsAlone() {
			return false
		}
		return slices.ContainsFunc(mistakes, func(m mistake) bool { return m.in(d) })
	}
}

// refusedByUsAlone tells whether localaws finds a request invalid while dynoxide
// carries it out, or fails its condition.
func (d disagreement) refusedByUsAlone() bool {
	return d.ours.code == validationException && d.theirs.code != validationException
}

func (m mistake) in(d disagreement) bool {
	named := m.message.FindStringSubmatch(d.ours.reasons())
	return named != nil && slices.ContainsFunc(expressionsIn(d.request.body), func(e expression) bool { return m.shown(e, named[1:]) })
}

const functionNamed = `operator or function: ([^,;]+)`

var (
	operandType = mistake{
		regexp.MustCompile(`Incorrect operand type for operator or function; ` + functionNamed + `, operand type: (\S+)$`),
		func(e expression, named []string) bool {
			return slices.ContainsFunc(e.operands(named[0]), func(operands []element) bool {
				return slices.ContainsFunc(operands, func(o element) bool { return unfit(named[0], o, named[1]) })
			})
		},
	}
	elementType = mistake{
		regexp.MustCompile(`Incorrect operand type for operator or function; operator: (ADD|DELETE), operand type: (\w+), typeSet`),
		func(e expression, named []string) bool {
			section := ""
			for _, part := range e.elements {
				if slices.Contains(keywords[:4], part.text) {
					section = part.text
				}
				if section == named[0] && part.kind() != "" && kindWords[part.kind()] == named[1] && !slices.Contains(takes[section], part.kind()) {
					return true
				}
			}
			return false
		},
	}
	typeName = mistake{
		regexp.MustCompile(`Invalid attribute type name found; type: (.*), valid types`),
		func(e expression, named []string) bool {
			return slices.ContainsFunc(e.operands("attribute_type"), func(o []element) bool {
				return len(o) == 2 && o[1].value["S"] == named[0] && !slices.Contains(kinds, named[0])
			})
		},
	}
	misplacedFunction = mistake{
		regexp.MustCompile(`The function is not allowed to be used this way in an expression; function: (\w+)$`),
		func(e expression, named []string) bool { return e.misplaces(named[0]) },
	}
	unknownFunction = mistake{
		regexp.MustCompile(`Invalid function name; function: (\w+)$`),
		func(e expression, named []string) bool {
			return counts[named[0]] == 0 && len(e.calls(named[0])) > 0
		},
	}
	operandCount = mistake{
		regexp.MustCompile(`Incorrect number of operands for operator or function; ` + functionNamed + `, number of operands: (\d+)$`),
		func(e expression, named []string) bool {
			return slices.ContainsFunc(e.calls(named[0]), func(c element) bool {
				return strconv.Itoa(len(c.args)) == named[1] && len(c.args) != counts[named[0]]
			})
		},
	}
	noPath = mistake{
		regexp.MustCompile(`Operator or function requires a document path; ` + functionNamed + `$`),
		func(e expression, named []string) bool {
			return slices.ContainsFunc(e.operands(named[0]), func(o []element) bool { return len(o) > 0 && o[0].path == nil })
		},
	}
	longList = mistake{
		regexp.MustCompile(`The IN operator is provided with too many operands; number of operands: (\d+)$`),
		func(e expression, named []string) bool {
			return slices.ContainsFunc(e.operands("IN"), func(o []element) bool { return len(o)-1 > 100 && strconv.Itoa(len(o)-1) == named[0] })
		},
	}
	itself = mistake{
		regexp.MustCompile(`The first operand must be distinct from the remaining operands for this operator or function; operator: ([^,;]+), first operand: (\[.*\])$`),
		func(e expression, named []string) bool {
			return slices.ContainsFunc(e.operands(named[0]), func(o []element) bool {
				return o[0].path != nil && shown(o[0].path) == named[1] && slices.ContainsFunc(o[1:], func(other element) bool { return slices.Equal(other.path, o[0].path) })
			})
		},
	}
	bounds = mistake{
		regexp.MustCompile(`The BETWEEN operator requires (same data type|upper bound)`),
		func(e expression, named []string) bool {
			return slices.ContainsFunc(e.operands("BETWEEN"), func(o []element) bool {
				low, high := o[1], o[2]
				if len(low.value) != 1 || len(high.value) != 1 {
					return false
				}
				if named[0] == "same data type" {
					return low.kind() != high.kind()
				}
				return low.kind() == high.kind() && greater(low.value, high.value)
			})
		},
	}
	deepPath = mistake{
		regexp.MustCompile(`The document path has too many nesting levels; nesting levels: (\d+)$`),
		func(e expression, named []string) bool {
			return slices.ContainsFunc(e.paths(), func(p []any) bool { return len(p) > maxLevels && strconv.Itoa(len(p)) == named[0] })
		},
	}
	twoPaths = mistake{
		regexp.MustCompile(`Two document paths (?:conflict|overlap) with each other; must remove or rewrite one of these paths; path one: (\[.*\]), path two: (\[.*\])$`),
		func(e expression, named []string) bool {
			paths, _ := e.targets()
			if e.member == "ProjectionExpression" {
				paths = e.paths()
			}
			for i, one := range paths {
				for _, two := range paths[i+1:] {
					if shown(one) == named[0] && shown(two) == named[1] && overlaps([]place{{steps: one}}, place{steps: two}) {
						return true
					}
				}
			}
			return false
		},
	}
	underscore = mistake{
		regexp.MustCompile(`Syntax error; token: "_", near: "(?s)(.*)"$`),
		func(e expression, named []string) bool {
			return strings.Contains(e.text, named[0]) && slices.Contains(tokensOf(e.text), "_")
		},
	}
	doubled = mistake{
		regexp.MustCompile(`Invalid UpdateExpression: The expression has redundant parentheses`),
		func(e expression, _ []string) bool {
			return e.member == "UpdateExpression" && strings.Contains(strings.Join(tokensOf(e.text), ""), "((")
		},
	}
)

// takes lists the types that an operator or function accepts, unless it accepts all.
var takes = map[string][]string{
	"<": {"S", "N", "B"}, "<=": {"S", "N", "B"}, ">": {"S", "N", "B"}, ">=": {"S", "N", "B"}, "BETWEEN": {"S", "N", "B"},
	"begins_with": {"S", "B"}, "size": {"S", "B", "SS", "NS", "BS", "L", "M"}, "attribute_type": {"S"},
	"+": {"N"}, "-": {"N"}, "list_append": {"L"}, "ADD": {"N", "SS", "NS", "BS"}, "DELETE": {"SS", "NS", "BS"},
}

// unfit tells whether an operand has a type that the operator does not accept.
func unfit(operator string, o element, kind string) bool {
	allowed, some := takes[operator]
	if operator == "attribute_type" && strings.HasPrefix(kind, "{") {
		return o.value == nil // the type does not come from a constant
	}
	return some && o.kind() == kind && !slices.Contains(allowed, kind)
}

var kindWords = map[string]string{
	"S": "STRING", "N": "NUMBER", "B": "BINARY", "BOOL": "BOOLEAN", "NULL": "NULL", "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET", "L": "LIST", "M": "MAP",
}

// counts is how many operands functions have.
var counts = map[string]int{
	"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2, "size": 1, "if_not_exists": 2, "list_append": 2,
}

// misplaces tells whether a function is in a place where it cannot be: a condition as
// an operand, or size or an update function.
func (e expression) misplaces(name string) bool {
	operators := []string{"=", "<>", "<", "<=", ">", ">=", "+", "-", "BETWEEN", "IN"}
	found := false
	within := false // the whole comes first
	e.each(func(run []element) {
		for i, part := range run {
			if part.call != name {
				continue
			}
			compared := i > 0 && slices.Contains(operators, run[i-1].text) && !(e.member == "UpdateExpression" && run[i-1].text == "=") ||
				i+1 < len(run) && slices.Contains(operators, run[i+1].text) ||
				i > 2 && run[i-1].text == "AND" && run[i-3].text == "BETWEEN"
			switch name {
			case "size":
				found = found || !within && !compared
			case "if_not_exists":
			default:
				found = found || within || compared
			}
		}
		within = true
	})
	return found
}

// greater compares two scalars of one type.
func greater(a, b attribute) bool {
	kind := kindOf(a)
	x, _ := a[kind].(string)
	y, _ := b[kind].(string)
	switch kind {
	case "N":
		m, okM := new(big.Rat).SetString(x)
		n, okN := new(big.Rat).SetString(y)
		return okM && okN && m.Cmp(n) > 0
	case "B":
		m, _ := base64.StdEncoding.DecodeString(x)
		n, _ := base64.StdEncoding.DecodeString(y)
		return bytes.Compare(m, n) > 0
	}
	return x > y
}
