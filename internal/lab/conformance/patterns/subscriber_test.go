package patterns_test

import (
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/filters"
)

// subscriberRules are the patterns that subscribers are told to use, with the
// events that the pipeline announces.
var subscriberRules = func() []rule {
	var rules []rule
	for _, c := range filters.Cases() {
		pattern, chosen, left, err := c.Texts()
		if err != nil {
			panic(err) // the filter's own tests say so too
		}
		rules = append(rules, rule{c.About, pattern, chosen, left})
	}
	return rules
}()
