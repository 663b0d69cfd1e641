package batch_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPack(t *testing.T) {
	for name, tt := range map[string]struct {
		sizes    []int
		requests [][]int
		oversize []int
	}{
		"nothing":                       {},
		"fills by count":                {sizes: []int{1, 1, 1, 1}, requests: [][]int{{0, 1, 2}, {3}}},
		"fills by bytes":                {sizes: []int{6, 4, 1}, requests: [][]int{{0, 1}, {2}}},
		"exactly the limit":             {sizes: []int{10, 10}, requests: [][]int{{0}, {1}}},
		"oversize between":              {sizes: []int{1, 11, 1}, requests: [][]int{{0, 2}}, oversize: []int{1}},
		"nothing but oversize":          {sizes: []int{11, 12}, oversize: []int{0, 1}},
		"no bytes count as entries too": {sizes: []int{0, 0, 0, 0}, requests: [][]int{{0, 1, 2}, {3}}},
	} {
		t.Run(name, func(t *testing.T) {
			requests, oversize := batch.Pack(tt.sizes, batch.Limits{Entries: 3, Bytes: 10})
			if diff := cmp.Diff(tt.requests, requests) + cmp.Diff(tt.oversize, oversize); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPackKeepsEverythingWithinTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 40).Draw(t, "sizes")
		l := batch.Limits{Entries: rapid.IntRange(1, 5).Draw(t, "entries"), Bytes: rapid.IntRange(0, 40).Draw(t, "bytes")}
		requests, oversize := batch.Pack(sizes, l)
		next, lost := 0, oversize
		for _, request := range requests {
			total := 0
			for _, i := range request {
				for ; next < i; next++ { // only what is oversize may be left out
					if len(lost) == 0 || lost[0] != next {
						t.Fatalf("entry %d is nowhere", next)
					}
					lost = lost[1:]
				}
				next++
				total += sizes[i]
			}
			if len(request) == 0 || len(request) > l.Entries || total > l.Bytes {
				t.Fatalf("request %v of %d bytes", request, total)
			}
		}
		if next+len(lost) != len(sizes) {
			t.Fatalf("%d entries packed or oversize, of %d", next+len(lost), len(sizes))
		}
	})
}
