package remotetable

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// A table that is made elsewhere gets the stack's indexes; one that is there must have
// them.
func TestIndexesAreMadeElsewhereToo(t *testing.T) {
	w := &world.World{Region: "us-east-1", Account: "123456789012", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}
	service := dynamodb.New(w)
	run := func(_ context.Context, c wire.Call) (any, error) { return c() }
	cfg := aws.Config{
		Region: w.Region, BaseEndpoint: aws.String("http://elsewhere.test"), Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: inProcess{wire.Handler(run, w.UUID, service.Wire(), service.StreamsWire())}},
	}
	byGroup := stack.Index{Name: "byGroup", HashKey: "g", HashKeyType: "S", RangeKey: "id", RangeKeyType: "S", Projection: "INCLUDE", Include: []string{"v"}}
	table := stack.Table{Name: "tab", HashKey: "id", HashKeyType: "S", StreamViewType: "NEW_AND_OLD_IMAGES", Indexes: []stack.Index{
		byGroup, {Name: "byNumber", HashKey: "n", HashKeyType: "N", Projection: "ALL"},
	}}
	for _, what := range []string{"made", "found"} {
		if _, err := Open(t.Context(), cfg, table); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	made, _ := service.Table("tab")
	if got := made.Config().Indexes; len(got) != 2 || got[0].Range.Name != "id" || got[0].Include[0] != "v" || got[1].Hash.Type != "N" {
		t.Errorf("indexes %+v", got)
	}
	for want, x := range map[string]stack.Index{
		"without the index another":        {Name: "another", HashKey: "g", HashKeyType: "S", Projection: "ALL"},
		"its index byGroup has other keys": {Name: "byGroup", HashKey: "g", HashKeyType: "S", Projection: "ALL"},
	} {
		table.Indexes = []stack.Index{x}
		if _, err := Open(t.Context(), cfg, table); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
