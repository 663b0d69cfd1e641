package tables

import (
	"context"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
)

// smaller is a smaller case that shows the same difference.
type smaller struct {
	c Case
	d disagreement
}

// maxReplays bounds the work on one difference.
const maxReplays = 400

// reduce removes what the difference does not need: requests first, then members and
// elements of their bodies.
func (p *pair) reduce(ctx context.Context, c Case, d disagreement) (*smaller, error) {
	best, left := &smaller{c, d}, maxReplays
	try := func(c Case) (bool, error) {
		if left--; left < 0 {
			return false, nil
		}
		o, err := p.play(ctx, c)
		if err != nil || o.found == nil || o.found.signature() != d.signature() {
			return false, err
		}
		best = &smaller{c, *o.found}
		return true, nil
	}
	for i := len(best.c.requests) - 1; i >= 0; i-- {
		c := best.c
		c.requests = slices.Delete(slices.Clone(c.requests), i, i+1)
		if _, err := try(c); err != nil {
			return nil, err
		}
	}
	for i := range best.c.requests {
		for n := 0; left > 0; {
			c := best.c
			c.requests = slices.Clone(c.requests)
			body, ok := without(c.requests[i].body, n)
			if !ok {
				break
			}
			c.requests[i].body = body
			smaller, err := try(c)
			if err != nil {
				return nil, err
			}
			if !smaller {
				n++
			}
		}
	}
	return best, nil
}

// without returns the body without its nth member or element, counted in depth; false
// if there are fewer.
func without(body object, n int) (object, bool) {
	var clone object
	if json.Unmarshal([]byte(text(body)), &clone) != nil {
		return nil, false
	}
	return clone, drop(clone, &n)
}

func drop(v any, n *int) bool {
	o, ok := v.(object)
	if !ok {
		return false
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if *n == 0 {
			delete(o, name)
			return true
		}
		*n--
		if list, ok := o[name].([]any); ok {
			for i := range list {
				if *n == 0 {
					o[name] = slices.Delete(list, i, i+1)
					return true
				}
				*n--
				if drop(list[i], n) {
					return true
				}
			}
		}
		if drop(o[name], n) {
			return true
		}
	}
	return false
}
