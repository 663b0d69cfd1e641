package localaws

import (
	"encoding/base64"
	"fmt"
	"regexp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// Secret is the value of every secret: each dynamic reference to Secrets Manager or
// Parameter Store ({{resolve:...}}) resolves to it. localaws stores no secrets.
const Secret = "local"

var dynamicReference = regexp.MustCompile(`\{\{resolve:(secretsmanager|ssm|ssm-secure):[^{}]+\}\}`)

func resolve(text string) string { return dynamicReference.ReplaceAllLiteralString(text, Secret) }

// buildDestinations accepts only endpoints on this machine. A local run must not send
// its test data to a real endpoint.
func (c *Cloud) buildDestinations(s *stack.Stack) error {
	for _, d := range s.Destinations {
		if !stack.Loopback(d.URL) {
			return fmt.Errorf("API destination %s: %s is not on this machine, and nothing is sent elsewhere: give it an address such as http://127.0.0.1:9000/", d.Name, d.URL)
		}
		err := c.Buses.PutAPIDestination(eventbridge.APIDestination{
			Name: d.Name, ARN: d.ARN, Method: d.Method, URL: d.URL, RatePerSecond: d.RatePerSecond, Header: authorization(&d),
		})
		if err != nil {
			return fmt.Errorf("API destination %s: %w", d.Name, err)
		}
	}
	return nil
}

func authorization(d *stack.APIDestination) map[string]string {
	if d.KeyName != "" {
		return map[string]string{d.KeyName: resolve(d.KeyValue)}
	}
	pair := resolve(d.Username) + ":" + resolve(d.Password)
	return map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))}
}
