package awsconfig_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
)

// An endpoint with a certificate of its own is trusted where AWS_CA_BUNDLE says so.
func TestAuthorities(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	own, none := filepath.Join(dir, "own.pem"), filepath.Join(dir, "none.pem")
	for path, text := range map[string][]byte{own: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), none: []byte("nothing")} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for bundle, want := range map[string]struct{ starts, trusts bool }{own: {true, true}, "": {true, false}, none: {false, false}, dir: {false, false}} {
		lambda(t)
		t.Setenv("AWS_ENDPOINT_URL", server.URL)
		t.Setenv("AWS_CA_BUNDLE", bundle)
		cfg, err := awsconfig.FromEnvironment()
		if (err == nil) != want.starts {
			t.Errorf("bundle %q: %v", bundle, err)
		}
		if err != nil {
			continue
		}
		if _, err := sqs.NewFromConfig(cfg).ListQueues(t.Context(), nil); (err == nil) != want.trusts {
			t.Errorf("bundle %q: %v", bundle, err)
		}
	}
}
