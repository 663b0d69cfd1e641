package doctor

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// expiry is the attribute by which DynamoDB removes profiles in which nothing is visible,
// and the history's items after 30 days.
const expiry = "expires_at"

func (e *Examination) checkTable(ctx context.Context, r *Result) error {
	name := e.Stack.Table
	out, err := e.DynamoDB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if missing(err) {
		r.find("table-missing", "There is no table "+name+".", "Nothing can be stored or read. Changes wait in their queue for 14 days.", "Follow docs/recovery.md from its beginning.")
		return nil
	}
	if err != nil {
		return err
	}
	if s := out.Table.TableStatus; s != types.TableStatusActive && s != types.TableStatusUpdating {
		r.find("table-state", fmt.Sprintf("The table %s is %s.", name, s), "Nothing can be stored or read.", "Follow docs/recovery.md from its beginning.")
	}
	stream := out.Table.StreamSpecification
	switch {
	case stream == nil || !aws.ToBool(stream.StreamEnabled):
		r.find("stream-off", "The table "+name+" has no stream.", breaks[republishFunction],
			fmt.Sprintf("%s dynamodb update-table --table-name %s --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES   # the new stream has a new ARN: then %s", e.Commands.AWS, name, e.deploy()))
	case stream.StreamViewType != types.StreamViewTypeNewAndOldImages:
		r.find("stream-view", fmt.Sprintf("The stream of %s shows %s, not NEW_AND_OLD_IMAGES.", name, stream.StreamViewType),
			"Announcements cannot tell what changed, and become dead letters.", "A stream's view cannot be changed: turn the stream off, "+e.deploy()+", and then "+e.Commands.Botprefs("snapshot")+" --bus "+e.Stack.Bus)
	}
	do, err := e.keepsForever(ctx, name)
	if err != nil {
		return err
	}
	if do != "" {
		r.find("expiry-off", fmt.Sprintf("The table %s does not remove items by %s.", name, expiry), "Profiles of erased users stay: their ids and revisions are kept for ever.", do)
	}
	r.Summary = "table " + name + ", with its stream and its expiry"
	return nil
}

// keepsForever is the command that lets a table remove expired items; "": it does.
func (e *Examination) keepsForever(ctx context.Context, table string) (do string, err error) {
	out, err := e.DynamoDB.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &table})
	if err != nil {
		return "", err
	}
	ttl := out.TimeToLiveDescription
	on := ttl.TimeToLiveStatus == types.TimeToLiveStatusEnabled || ttl.TimeToLiveStatus == types.TimeToLiveStatusEnabling
	if on && aws.ToString(ttl.AttributeName) == expiry {
		return "", nil
	}
	return fmt.Sprintf("%s dynamodb update-time-to-live --table-name %s --time-to-live-specification Enabled=true,AttributeName=%s", e.Commands.AWS, table, expiry), nil
}
