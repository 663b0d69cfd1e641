package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// failing is an error as the SDK returns it: details of the request around the service's
// answer.
func failing(code, message string) error {
	return &smithy.OperationError{ServiceID: "SQS", OperationName: "SendMessage", Err: fmt.Errorf(
		"https response error StatusCode: 400, RequestID: 1, %w", &smithy.GenericAPIError{Code: code, Message: message})}
}

var noListener = &smithy.OperationError{ServiceID: "SQS", OperationName: "SendMessage", Err: fmt.Errorf(
	"exceeded maximum number of attempts, 3, %w", &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")})}

// One sentence names the flag, its value and what to do.
func TestWhatIsNotThereIsNamedByItsFlag(t *testing.T) {
	for _, row := range []struct {
		flag, endpoint string
		err            error
		want           string
	}{
		{"--bus", "", failing("ResourceNotFoundException", "m"), "AWS in eu-west-1 has no bus it: correct --bus, or --region or --profile"},
		{"--table", "", failing("ResourceNotFoundException", "m"), "AWS in eu-west-1 has no table it: correct --table or --stage, or --region or --profile"},
		{"--queue", "http://h", failing("AWS.SimpleQueueService.NonExistentQueue", "m"), "http://h has no queue it: correct --queue"},
		{"--queue", "http://h", failing("InvalidAddress", "m"), "http://h has no queue it: correct --queue"},
		{"--dead-letters", "http://h", failing("QueueDoesNotExist", "m"), "http://h has no queue it: correct --dead-letters"},
		{"--bus", "", failing("ExpiredToken", "m"), "AWS in eu-west-1 does not take these credentials (ExpiredToken): sign in again, or choose others by --profile"},
		{"--table", "", failing("AccessDeniedException", "not allowed"), "--table it: AccessDeniedException: not allowed"},
		{"--table", "http://h", noListener, "nothing answers there: correct --endpoint http://h, or start botprefs dev (dial tcp: refused)"},
		{"--table", "", noListener, "nothing answers for AWS in eu-west-1: correct --region, or see whether this machine reaches AWS (dial tcp: refused)"},
		{"--table", "", errors.New("else"), "else"},
	} {
		o := targetOptions{clientOptions: clientOptions{endpoint: row.endpoint}}
		got := o.missing(row.flag, "it", aws.Config{Region: "eu-west-1"}, &profilestore.Error{Operation: "DescribeTable", Err: row.err})
		var cause *profilestore.Error
		if got == nil || strings.TrimPrefix(got.Error(), "profilestore: DescribeTable: ") != row.want || !errors.As(got, &cause) {
			t.Errorf("%s: %v, want %s", row.flag, got, row.want)
		}
	}
	o := targetOptions{}
	if err := o.missing("--bus", "it", aws.Config{}, context.Canceled); err != context.Canceled {
		t.Errorf("an interruption is %v", err)
	}
}

func TestErrorsOfTheSDKAreBrief(t *testing.T) {
	sent := &events.SendError{Outcome: events.NotSent, Code: "Gone", Err: failing("Gone", "no such queue")}
	for _, row := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("announcing u: %w", sent), "announcing u: not sent (Gone): SendMessage: Gone: no such queue"},
		{fmt.Errorf("u: %w", noListener), "u: SendMessage: dial tcp: refused"},
		{errors.New("a plain one"), "a plain one"},
	} {
		if got := brief(row.err); got.Error() != row.want || !errors.Is(got, row.err) {
			t.Errorf("%v, want %s", got, row.want)
		}
	}
}

func TestWithoutCredentialsItSaysWhereTheyComeFrom(t *testing.T) {
	o := targetOptions{}
	cfg := aws.Config{Region: "eu-west-1", Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("looked here, and there")
	})}
	if err := o.credentials(t.Context(), cfg); err == nil || !strings.HasPrefix(err.Error(), "there are no AWS credentials for AWS in eu-west-1: give --profile") || strings.Contains(err.Error(), "looked") {
		t.Errorf("%v", err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	if err := o.credentials(ctx, cfg); !errors.Is(err, context.Canceled) {
		t.Errorf("an interruption is %v", err)
	}
}

// A missing destination is found before the checkpoint is made. A checkpoint would keep
// the corrected command from starting. A caller without permission to look is let through.
func TestADestinationThatIsNotThereLeavesNoCheckpoint(t *testing.T) {
	s := newSkill(t)
	file := filepath.Join(t.TempDir(), "checkpoint")
	for _, to := range [][]string{{"--bus", "nowhere"}, {"--queue", s.url + "-gone"}, {"--queue", s.env.AWSURL + "/x"}} {
		_, err := s.run(append([]string{"snapshot", "--checkpoint", file}, to...)...)
		if err == nil || !strings.HasSuffix(err.Error(), to[1]+": correct "+to[0]) {
			t.Errorf("%q: %v", to, err)
		}
		if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q: the checkpoint: %v", to, err)
		}
	}
	if _, err := s.run("resync", "--dead-letters", s.url+"-gone"); err == nil || !strings.Contains(err.Error(), "-gone: correct --dead-letters") {
		t.Errorf("%v", err)
	}
	for code, want := range map[string]bool{"AccessDenied": true, "AccessDeniedException": true, "Throttling": false} {
		if forbidden(failing(code, "m")) != want {
			t.Errorf("%s: forbidden %t", code, !want)
		}
	}
}

// A table with another key holds no profiles, even if the first part of the key is the
// same.
func TestATableOfSomethingElseIsRefused(t *testing.T) {
	s := newSkill(t)
	tables := map[string]local.TableConfig{
		"another-key": {Name: "another-key", Hash: local.KeyAttribute{Name: "id", Type: "S"}},
		"sorted":      {Name: "sorted", Hash: local.KeyAttribute{Name: "user_id", Type: "S"}, Range: local.KeyAttribute{Name: "at", Type: "N"}},
	}
	for name, config := range tables {
		s.env.Do(func(c *localaws.Cloud) {
			if _, err := c.Tables.CreateTable(config); err != nil {
				t.Fatal(err)
			}
		})
		if _, err := s.run("snapshot", "--bus", devBus, "--checkpoint", "none", "--table", name); err == nil || !strings.Contains(err.Error(), "key is not user_id") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
