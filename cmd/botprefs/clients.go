package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
	"github.com/bot-preferences/bot-preferences/internal/stage"
)

// clientOptions say which pipeline a command talks to.
type clientOptions struct {
	endpoint, stage, region, profile string

	wholeAWS bool // an emulator of one service alone will not do
}

func (o *clientOptions) register(c *cobra.Command) {
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.endpoint, "endpoint", os.Getenv("AWS_ENDPOINT_URL"), "`URL` of the AWS endpoint, such as http://127.0.0.1:4566 for botprefs dev; without it AWS itself")
	flags.StringVar(&o.stage, "stage", stage.Default, "`stage` of the stack")
	flags.StringVar(&o.region, "region", "", "AWS `region`; default us-east-1 for an endpoint on this machine, else that of the environment, else us-east-1")
	flags.StringVar(&o.profile, "profile", "", "AWS `profile` for credentials and region; default AWS_PROFILE, which is not used for an endpoint on this machine")
	cli.Complete(c, "stage", stage.All...)
	cli.Complete(c, "endpoint", "http://127.0.0.1:4566")
	completeProfiles(c)
}

// names are those of the stage's resources.
func (o *clientOptions) names() stage.Resources { return stage.Names(o.stage) }

// regionName is what AWS accepts as the name of a region.
var regionName = regexp.MustCompile(`^[a-z0-9-]+$`)

// checkService refuses an endpoint or a region that can never work.
func (o *clientOptions) checkService() error {
	switch {
	case o.endpoint != "" && !isURL(o.endpoint):
		return fmt.Errorf("--endpoint: %q is not a URL such as http://127.0.0.1:4566", o.endpoint)
	case o.region != "" && !regionName.MatchString(o.region):
		return fmt.Errorf("--region: %q is not the name of a region, such as eu-west-1", o.region)
	case !stageName.MatchString(o.stage):
		return fmt.Errorf("--stage: %q is not the name of a stage: it has letters, digits and hyphens", o.stage)
	}
	return nil
}

// stageName is what CloudFormation accepts at the end of a stack's name.
var stageName = regexp.MustCompile(`^[A-Za-z0-9-]{1,100}$`)

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// service is what is asked: the endpoint, or AWS in a region.
func (o *clientOptions) service(cfg aws.Config) string {
	if o.endpoint != "" {
		return o.endpoint
	}
	return "AWS in " + cfg.Region
}

// localRegion is the region of botprefs dev, and the default of everything else.
const localRegion = "us-east-1"

// load is the AWS configuration as the environment and the flags give it, without the
// SDK's log. Its warnings, such as one of a response that was not read to the end, do
// not help the person at the terminal.
func (o *clientOptions) load(ctx context.Context) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{config.WithDefaultRegion(localRegion), config.WithHTTPClient(connecting()), config.WithLogger(logging.Nop{})}
	switch {
	case o.region != "":
		options = append(options, config.WithRegion(o.region))
	case isLoopback(o.endpoint):
		// botprefs dev has one region, and the environment may name another.
		options = append(options, config.WithRegion(localRegion))
	}
	if o.endpoint != "" {
		options = append(options, config.WithBaseEndpoint(o.endpoint))
	}
	switch {
	case o.profile != "":
		options = append(options, config.WithSharedConfigProfile(o.profile))
	case isLoopback(o.endpoint):
		// botprefs dev takes any credentials. It must not need real ones, nor get them.
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("local", "local", "")))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if absent, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		return cfg, &briefError{fmt.Sprintf("there is no AWS profile %s: correct --profile, or AWS_PROFILE", absent.Profile), err}
	}
	return awsconfig.KeepAnswers(cfg), err
}

func isLoopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// open loads the configuration and makes sure that there are credentials.
func (o *clientOptions) open(ctx context.Context) (aws.Config, error) {
	if err := o.checkService(); err != nil {
		return aws.Config{}, err
	}
	cfg, err := o.load(ctx)
	if err != nil {
		return cfg, err
	}
	return cfg, o.credentials(ctx, cfg)
}

// find finds the stage's resources. Where it can only derive their names, it says so.
func (o *clientOptions) find(ctx context.Context, std cli.Streams, cfg aws.Config) (stackref.Resources, error) {
	r, err := o.look(ctx, cfg)
	if err == nil && r.Derived != nil {
		fmt.Fprintf(std.Err, "CloudFormation does not say what stack %s has (%v): using the names of stage %s\n", r.Stack, reason(r.Derived), o.stage)
	}
	return r, err
}

// findOnAWS is find for a command that needs more of AWS than an emulator of a single
// service has. An endpoint whose answer is not AWS's is another program.
func (o *clientOptions) findOnAWS(ctx context.Context, std cli.Streams, cfg aws.Config) (stackref.Resources, error) {
	o.wholeAWS = true
	return o.find(ctx, std, cfg)
}

// look is find without the note.
func (o *clientOptions) look(ctx context.Context, cfg aws.Config) (stackref.Resources, error) {
	client := cloudformation.NewFromConfig(cfg, func(o *cloudformation.Options) { o.Retryer = newPatient() })
	r, err := stackref.Find(ctx, client, o.stage)
	var absent *stackref.NotFoundError
	switch {
	case errors.As(err, &absent):
		err = &briefError{o.unusable("--stage", r.Stack, o.orRegion(), cfg, err).Error() + deployed(ctx, client), err}
	case err != nil:
		err = o.unusable("--stage", r.Stack, o.orRegion(), cfg, err)
	case isHTTPAPI(r.Derived), o.wholeAWS && o.endpoint != "" && foreign(r.Derived):
		err = o.notAWS(r.Derived)
	}
	return r, err
}

// deployed says which stages there are, where the caller may list stacks, and none was found
// only if all stacks were seen.
func deployed(ctx context.Context, client stackref.Client) string {
	stages, complete, err := stackref.Stages(ctx, client)
	switch {
	case err != nil || len(stages) == 0 && !complete:
		return ""
	case len(stages) == 0:
		return "; it has no stack of this pipeline"
	}
	return "; there is --stage " + strings.Join(stages, ", --stage ")
}

// dialTimeout bounds the wait for a host that never answers.
const dialTimeout = 3 * time.Second

// connecting is an HTTP client that soon gives up a host that does not answer. The SDK
// adds the certificates of AWS_CA_BUNDLE to it.
func connecting() config.HTTPClient {
	return awshttp.NewBuildableClient().WithDialerOptions(shortDial)
}

func shortDial(d *net.Dialer) { d.Timeout = dialTimeout }

// tables is a client that retries for longer than usual if it is throttled.
func tables(cfg aws.Config) *dynamodb.Client {
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.Retryer = newPatient() })
}
