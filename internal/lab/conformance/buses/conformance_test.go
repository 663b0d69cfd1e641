package buses_test

import (
	"slices"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func TestMain(m *testing.M) { conformance.Main(m) }

var differences = []conformance.Difference{
	{Implementation: "localaws", Case: "put/to a bus that does not exist", Reason: "AWS takes the event and loses it; on a developer's machine a misspelt name must not go unseen"},
}

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.Buses, slices.Concat(putCases, busCases, ruleCases, targetCases, deliveryCases, traces, archiveCases), differences)
}
