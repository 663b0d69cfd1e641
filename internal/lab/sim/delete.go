package sim

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// deleteByHand deletes a user's item in the table, as somebody with a console might. Now
// and then a change makes the item again at once, in the same batch of the stream.
//
// A new item's revision starts at the milliseconds of a consumer's clock when it made its
// request. Nothing else keeps it above the deleted item's revisions. So the consumers
// end first, and their clocks catch up.
func (s *Simulation) deleteByHand() {
	id := s.userID()
	for _, t := range slices.Clone(s.tasks) {
		if t.run != nil {
			s.finishTask(t)
		}
	}
	s.until(s.now.Add(2*consumerSkew + time.Second))
	if s.items[id] == nil {
		return
	}
	s.printf("somebody deletes the item of %s", id)
	s.happened("item deleted by hand")
	s.log.Deleting(id)
	_, err := s.handlers.table.DeleteItem(context.Background(), &dynamodb.DeleteItemInput{
		TableName: aws.String(s.names.table), Key: map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: id}},
	})
	must(err)
	if !s.chance(0.5) {
		return
	}
	c := s.change()
	c.ID, c.UserID = s.stampAt(s.now), id
	if again := s.consumerOf(s.send(&c)); again != nil {
		s.finishTask(again)
	}
}
