package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profileapi"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// apiOptions say which HTTP API a command reads.
type apiOptions struct {
	clientOptions
	api string
}

func (o *apiOptions) register(c *cobra.Command) {
	o.clientOptions.register(c)
	c.Flags().StringVar(&o.api, "api", "", "`URL` of the HTTP API; default that of the stack")
	cli.Complete(c, "api", "http://127.0.0.1:8080")
}

func (o *apiOptions) check() error {
	if o.api != "" && !isURL(o.api) {
		return fmt.Errorf("--api: %q is not a URL such as http://127.0.0.1:8080", o.api)
	}
	return o.checkService()
}

// reader reads profiles over the HTTP API. It looks for the stack only if --api does not
// say where the API is.
func (o *apiOptions) reader(ctx context.Context, std cli.Streams) (subscriber.Reader, error) {
	cfg, err := o.signing(ctx)
	if err != nil {
		return nil, err
	}
	if o.api == "" {
		r, err := o.findOnAWS(ctx, std, cfg)
		if err != nil {
			return nil, err
		}
		if r.API == "" {
			return nil, fmt.Errorf("stack %s does not say where its HTTP API is: give --api URL", r.Stack)
		}
		o.api = r.API
	}
	cfg.Region = signedRegion(o.api, cfg.Region)
	next := awshttp.NewBuildableClient().WithDialerOptions(shortDial).GetTransport()
	read := subscriber.FromAPI(profileapi.Client(cfg, next), o.api)
	return func(ctx context.Context, user string) (subscriber.Copy, error) {
		p, err := read(ctx, user)
		return p, o.unread(cfg, err)
	}, nil
}

// signing is the configuration that signs requests. An API on this machine is that of
// botprefs dev, which takes any credentials: it must not need real ones, nor get them.
func (o *apiOptions) signing(ctx context.Context) (aws.Config, error) {
	if isLoopback(o.api) && o.endpoint == "" && o.profile == "" {
		return aws.Config{Region: localRegion, Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}, o.checkService()
	}
	return o.open(ctx)
}

// signedRegion is the region of an API at AWS, which its address names.
func signedRegion(api, otherwise string) string {
	u, err := url.Parse(api)
	if err != nil {
		return otherwise
	}
	parts := strings.Split(u.Hostname(), ".")
	if len(parts) >= 5 && parts[1] == "execute-api" {
		return parts[2]
	}
	return otherwise
}

// unread says what to do about a read that failed.
func (o *apiOptions) unread(cfg aws.Config, err error) error {
	status, answered := errors.AsType[*subscriber.StatusError](err)
	switch {
	case err == nil:
		return nil
	case unreachable(err):
		return &briefError{fmt.Sprintf("nothing answers at the HTTP API %s: correct --api or --stage, or start botprefs dev (%v)", o.api, dialing(err)), err}
	case errors.Is(err, subscriber.ErrNotTheAPI):
		return &briefError{fmt.Sprintf("what answers at %s is not the HTTP API of this pipeline: correct --api, such as http://127.0.0.1:8080 for botprefs dev, or leave it out", o.api), err}
	case !answered:
		return err
	case status.Status == http.StatusForbidden:
		return &briefError{fmt.Sprintf("the HTTP API %s refuses this caller (403): its credentials need execute-api:Invoke in %s; --profile chooses others", o.api, cfg.Region), err}
	case status.Status >= 400 && status.Status < 500 && status.Status != http.StatusTooManyRequests:
		return &briefError{fmt.Sprintf("%v at %s: check that --api or --stage names this pipeline", err, o.api), err}
	}
	return err
}
