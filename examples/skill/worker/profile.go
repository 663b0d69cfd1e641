package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/go-json-experiment/json"
)

// readTimeout is a little less than the 30 s that the API itself allows.
const readTimeout = 25 * time.Second

// A profile is what the HTTP API knows of a user. Revision 0: nothing.
type profile struct {
	Revision    int64              `json:"revision"`
	Preferences events.Preferences `json:"preferences"`
}

// profileReader reads profiles from the HTTP API, whose routes want requests
// that are signed (SigV4).
func profileReader(cfg aws.Config, api string) func(context.Context, string) (profile, error) {
	client := &http.Client{Timeout: readTimeout}
	return func(ctx context.Context, userID string) (profile, error) {
		// Not in the path: a user id may be anything, "." and "/" included.
		address := api + "/preferences?" + url.Values{"user_id": {userID}, "keys": {"language,name"}}.Encode()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return profile{}, err
		}
		if err := sign(ctx, cfg, r); err != nil {
			return profile{}, err
		}
		answer, err := client.Do(r)
		if err != nil {
			return profile{}, err
		}
		defer answer.Body.Close()
		return decode(answer)
	}
}

// decode reads a profile, or of a user of whom nothing is visible the revision.
func decode(answer *http.Response) (p profile, err error) {
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNotFound {
		return p, fmt.Errorf("the HTTP API answered %s", answer.Status)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(text, &p)
}

func sign(ctx context.Context, cfg aws.Config, r *http.Request) error {
	credentials, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	nothing := sha256.Sum256(nil)
	return v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(nothing[:]), "execute-api", cfg.Region, time.Now())
}
