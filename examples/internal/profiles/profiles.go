// Package profiles reads profiles over the pipeline's HTTP API with signed requests. A
// subscriber needs that if a profile did not fit into its announcement.
package profiles

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/bot-preferences/bot-preferences/subscriber"
)

// timeout is shorter than the timeout of the examples' functions, and shorter than the
// 5 s that EventBridge waits for a webhook's answer.
const timeout = 3 * time.Second

// Reader returns a reader for the HTTP API at this URL, with the credentials of cfg.
// They need execute-api:Invoke on GET /preferences.
func Reader(cfg aws.Config, api string) subscriber.Reader {
	client := &http.Client{Transport: &signer{cfg: cfg, next: http.DefaultTransport}, Timeout: timeout}
	return subscriber.FromAPI(client, api)
}
