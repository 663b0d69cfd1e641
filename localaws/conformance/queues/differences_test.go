package queues_test

import "github.com/bot-preferences/bot-preferences/localaws/conformance"

var differences = []conformance.Difference{}
