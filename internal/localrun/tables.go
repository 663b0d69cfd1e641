package localrun

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/remotetable"
)

// openTables finds or creates the stack's tables at Options.DynamoDB. Without it, the
// cloud creates them in this process.
func (e *Environment) openTables(ctx context.Context, o Options) ([]localaws.Elsewhere, error) {
	e.TablesURL, e.failed = e.AWSURL, o.StreamFailed
	if e.failed == nil {
		e.failed = func(error) {}
	}
	if o.DynamoDB == "" {
		return nil, nil
	}
	e.TablesURL = o.DynamoDB
	var elsewhere []localaws.Elsewhere
	for _, t := range e.Stack.Tables {
		if t.StreamViewType == "" {
			return nil, fmt.Errorf("--dynamodb %s: the history (--param history=on) does not go with it: its functions read profiles and history at one endpoint, and dev makes at another one only tables that have a stream, as the profiles do; leave out one of the two", o.DynamoDB)
		}
		table, err := remotetable.Open(ctx, e.tablesConfig(), t)
		if err != nil {
			return nil, fmt.Errorf("--dynamodb %s: %w", o.DynamoDB, err)
		}
		e.remote = append(e.remote, table)
		elsewhere = append(elsewhere, table.Elsewhere())
	}
	return elsewhere, nil
}

// CheckDynamoDB returns what is wrong with the URL of --dynamodb. An empty URL is
// valid.
func CheckDynamoDB(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("--dynamodb %s: it must be a URL such as http://127.0.0.1:8000", text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("--dynamodb %s: it must be a URL without user, query and fragment", u.Redacted())
	}
	return nil
}

// tablesConfig returns a configuration for the tables, with the functions' credentials.
func (e *Environment) tablesConfig() aws.Config {
	return aws.Config{
		Region: e.Stack.Region, BaseEndpoint: aws.String(e.TablesURL),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", "local"),
	}
}
