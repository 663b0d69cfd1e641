package dynamodb

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// TestBatchGetLeavesOverWhatIsTooMuch fills the table directly, because 20 MB of
// requests would take longer than all other tests.
func TestBatchGetLeavesOverWhatIsTooMuch(t *testing.T) {
	w := &world.World{Region: "us-east-1", Account: "123456789012", Now: func() time.Time { return time.Unix(0, 0) }, Rand: rand.New(rand.NewPCG(1, 2))}
	s := New(w)
	table, err := s.CreateTable(TableConfig{Name: "tab", Hash: KeyAttribute{Name: "pk", Type: "S"}})
	if err != nil {
		t.Fatal(err)
	}
	large := value.String(strings.Repeat("x", 400<<10-100))
	in := &batchGetInput{RequestItems: map[string]batchGetTable{}}
	request := batchGetTable{}
	for i := range 50 {
		key := Item{"pk": value.String(fmt.Sprint(i))}
		item := Item{"pk": key["pk"], "v": large}
		(&write{table: table, key: table.position(key), item: item, size: item.Size()}).commit(nil)
		request.Keys = append(request.Keys, key)
	}
	in.RequestItems["tab"] = request
	out, err := s.batchGet(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, rest := len(out.Responses["tab"]), len(out.UnprocessedKeys["tab"].Keys); got != 40 || rest != 10 {
		t.Errorf("%d items and %d keys left over, want 40 and 10", got, rest)
	}
}
