package httpapi

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Query is a request's parameters by name, in the order given.
type Query map[string][]string

// ParseQuery reads rawQueryString. API Gateway's own queryStringParameters
// joins repeated parameters with commas, which loses what was repeated. Names
// and values are decoded once; "+" is a space, as every form encoder writes it,
// so a plus sign must be sent as %2B.
func ParseQuery(raw string) (Query, error) {
	q := Query{}
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, refuse("query", "has a bad percent-encoding")
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, refuse("query", "has a bad percent-encoding")
		}
		q[name] = append(q[name], value)
	}
	return q, nil
}

// One is the value of a parameter that may be given once, and whether it was.
func (q Query) One(name string) (value string, given bool, err error) {
	switch values := q[name]; len(values) {
	case 0:
		return "", false, nil
	case 1:
		return values[0], true, nil
	}
	return "", true, refuse(name, "is given more than once")
}

// Keys are the names in the parameter keys=a,b: valid, ascending, each once.
// nil: the parameter is absent and every key is asked for. An empty list, or a
// name that no preference can have, is refused.
func (q Query) Keys() ([]string, error) {
	list, given, err := q.One("keys")
	if err != nil || !given {
		return nil, err
	}
	keys := strings.Split(list, ",")
	for _, key := range keys {
		if !events.ValidKey(key) {
			return nil, refuse("keys", "must be names that match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}, with commas between them")
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

func refuse(field, rule string) *events.Refusal {
	return &events.Refusal{Code: events.Malformed, Field: field, Rule: rule}
}

func tooLarge(n int) *events.Refusal {
	return &events.Refusal{
		Code: events.TooLarge,
		Rule: fmt.Sprintf("the body is %d bytes long, at most %d are allowed", n, events.MaxChangeBytes),
	}
}
