package tables_test

import (
	"slices"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func TestMain(m *testing.M) { conformance.Main(m) }

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.Tables, slices.Concat(
		putCases, numberCases, getCases, deleteCases,
		updateCases, returnCases, conditionCases, failureCases, limitCases,
		queryCases, scanCases, batchCases, transactionCases, transactionErrorCases,
		tableCases, tableErrorCases, indexCases,
		streamCases, streamEndCases, recordCases, profileCases,
		arnCases, tagCases, expiryCases, missingItemCases, protectionCases,
	), differences)
}
