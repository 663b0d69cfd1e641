// Package subscriber is what another skill imports to follow preferences: it
// makes a Lambda function of one Go function, and keeps a copy that converges.
//
//	func main() {
//		profiles := subscriber.FromAPI(signing, "https://abc.execute-api.eu-central-1.amazonaws.com")
//		copies := subscriber.NewProjection(copytable.New(client, "greeter-copies"), subscriber.Keys("language"))
//		lambda.Start(subscriber.NewHandler(copies.Apply, subscriber.WithNewest(), subscriber.WithReader(profiles)))
//	}
//
// Which announcements reach the skill is said by a rule on the bus; package
// filter writes its pattern. Package copytable keeps copies in a DynamoDB table.
// The reader fills in an announcement that was too large for its preferences:
// without one the copy of a large profile can be stale until it changes again.
//
// # Delivery
//
// Announcements come at least once and in any order, whichever way they come:
// a FIFO queue keeps the order in which the bus sent, which promises none.
//
//   - From an SQS queue (rule -> queue -> function), in batches. A message is
//     acknowledged when the Func returned nil for it. Any other (an error, a
//     panic, no time left) is a batch item failure: it alone is redelivered, until
//     the queue's redrive policy moves it to the skill's dead-letter queue.
//   - From EventBridge (rule -> function), one by one. An error, and a panic, is
//     returned, so that Lambda tries twice more and then hands the event to the
//     function's failure destination. Prefer the queue: it holds what comes while
//     the skill is down for days, and takes bursts.
//
// The two are told apart by their shape. The body of a message, and an event, is
// the announcement in its envelope, or, where the target has the input path
// $.detail, without. What SNS wraps is not unwrapped: turn raw message delivery
// on. Anything else is an error that names what was seen.
//
// # Order
//
// The announcements of one user in a batch are handled by ascending revision,
// one after the other; users are independent. Where one fails, later ones of
// the same user are still handled, because each says all that the earlier ones
// said and more. A Guard or a Projection drops the failed one when it is
// redelivered. WithNewest handles only the newest of each user, if that is
// whole or WithReader makes it so. On a FIFO queue, too, what failed comes
// after what did not. That is no loss: see above.
//
// # What is not handled
//
//   - An event that is no announcement of the pipeline (another source, another
//     detail-type such as PreferenceChange) is passed over: acknowledged and
//     counted in the log. It would never become one, and a rule that is too wide
//     must not fill the dead-letter queue.
//   - An announcement that cannot be read, or has a later version, fails and so
//     ends in the dead-letter queue. A later build of the skill can take it
//     from there.
//   - Where less than half a second of the invocation is left (of a short one, a
//     tenth), nothing more is begun, and the rest is redelivered. The Func's context
//     ends then. A Func that goes on regardless has the whole batch redelivered.
//
// # Logs
//
// One line per batch with counts; one per message that failed with its id, a code
// and the error; a panic with its type and stack. Values, bodies and user ids are
// not logged, unless the Func's own errors show them.
//
// # Duties of the caller
//
//   - Set ReportBatchItemFailures on the event source mapping
//     (functionResponseType in serverless.yml). Without it Lambda takes every
//     answer for the success of the whole batch, and what failed is lost.
//   - Give the queue a visibility timeout of six times the function's, and a
//     redrive policy; give a function without a queue a failure destination.
//   - Replace by Preferences; apply Changes only where PreviousRevision is the
//     copy's revision. Projection does.
//   - Keep a user's revision even where no preference is left. Projection does.
//   - Look at Snapshot before acting on a change: a backfill announces every profile
//     again, and is no news. A copy takes it. BeforeSave has the announcement.
//   - Look at Truncated: Preferences is nil then. WithReader fills it in.
//   - Return an error only where trying again can help.
//
// # Permissions
//
// Of the function: sqs:ReceiveMessage, sqs:DeleteMessage and
// sqs:GetQueueAttributes on its queue; execute-api:Invoke on GET /preferences
// where FromAPI is used; dynamodb:PutItem and dynamodb:GetItem on the table of
// its copies. Of the queue: a policy by which events.amazonaws.com may send to it
// on behalf of the rule.
package subscriber
