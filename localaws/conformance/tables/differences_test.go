package tables_test

import "github.com/bot-preferences/bot-preferences/localaws/conformance"

// differences are where an implementation is known to answer otherwise.
var differences = []conformance.Difference{}
