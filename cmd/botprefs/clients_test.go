package main

import "testing"

// botprefs dev has one region and finds nothing in another. The region of whoever works
// with AWS too must not lead there.
func TestRegionOfTheEndpoint(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	for _, c := range []struct{ endpoint, region, want string }{
		{"http://127.0.0.1:4566", "", "us-east-1"},
		{"http://localhost:4566", "", "us-east-1"},
		{"http://127.0.0.1:4566", "eu-west-1", "eu-west-1"},
		{"https://aws.test", "", "eu-central-1"},
		{"", "", "eu-central-1"},
	} {
		cfg, err := (&clientOptions{endpoint: c.endpoint, region: c.region}).load(t.Context())
		if err != nil || cfg.Region != c.want {
			t.Errorf("%q with --region %q: %q, %v, want %s", c.endpoint, c.region, cfg.Region, err, c.want)
		}
	}
}
