package queues_test

import (
	"slices"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func TestMain(m *testing.M) { conformance.Main(m) }

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.Queues, slices.Concat(
		creating, listing, deleting, purging,
		attributes, numbers, policies, tags,
		sending, messageAttributes, delays,
		receiving, polling, systemAttributes,
		acknowledging, visibility, counts, retention,
		sendBatches, otherBatches,
		redriving, moving, errorCodes,
	), differences)
}
