package table_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/table"
)

func TestTable(t *testing.T) {
	small := table.New("what", "µs")
	small.Column("x|y")
	small.Row("longer than that", "1", "")
	small.Row("b", "12345", "é")
	var out strings.Builder
	if err := small.Write(&out); err != nil {
		t.Fatal(err)
	}
	want := `| what             |    µs | x\|y |
| ---------------- | ----: | ---: |
| longer than that |     1 |      |
| b                | 12345 |    é |

`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestRowsHaveACellForEachColumn(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a row of one cell fits under two columns")
		}
	}()
	table.New("a", "b").Row("c")
}
