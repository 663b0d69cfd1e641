// Package profiles reads profiles over the pipeline's HTTP API, signed as it asks
// for: what a subscriber needs where a profile did not fit into its announcement.
package profiles

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/bot-preferences/bot-preferences/subscriber"
)

// timeout is less than a function of the examples has, and less than EventBridge
// waits for a webhook's answer, which is 5 s.
const timeout = 3 * time.Second

// Reader asks the HTTP API at this URL, with the credentials of cfg. They need
// execute-api:Invoke on GET /preferences.
func Reader(cfg aws.Config, api string) subscriber.Reader {
	client := &http.Client{Transport: &signer{cfg: cfg, next: http.DefaultTransport}, Timeout: timeout}
	return subscriber.FromAPI(client, api)
}
