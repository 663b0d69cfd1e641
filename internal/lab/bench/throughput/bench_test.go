package throughput

import (
	"fmt"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// BenchmarkShares is for profiles: go test -bench Shares -cpuprofile. For figures to
// quote, run the benchmark throughput.
func BenchmarkShares(b *testing.B) {
	for _, fold := range []int{1, 3, 10} {
		w := workload.New(fold)
		all, err := shares(b.Context(), w)
		if err != nil {
			b.Fatal(err)
		}
		messages := w.Messages(0)
		for _, c := range all {
			b.Run(fmt.Sprintf("fold %d/%s", fold, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := c.batch(b.Context(), 0, messages); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
