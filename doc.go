// Package preferences is the root of Bot Preferences, a service that keeps what a
// chat bot learns about its users ("speak French to me"). It announces this to
// every other skill of the bot. The package has no code of its own. This page says
// where to start.
//
// A bot sends a PreferenceChange to an EventBridge bus or to an SQS queue. A
// Lambda function merges the changes of a batch into one DynamoDB item per user.
// The table's stream invokes a second function, which announces
// PreferencesUpdated on the bus. Three functions behind an HTTP API read, change
// and delete profiles. Every delivery is at least once and in no order. The merge
// makes that harmless: any order and any duplicates give the same profile.
//
// Start with the package for what you write:
//
//   - [github.com/bot-preferences/bot-preferences/events] defines both events,
//     how changes merge, and what is guaranteed. Read it first.
//   - A bot publishes with [github.com/bot-preferences/bot-preferences/producers],
//     over [github.com/bot-preferences/bot-preferences/eventbus] or
//     [github.com/bot-preferences/bot-preferences/queue].
//   - A skill follows its users' preferences with
//     [github.com/bot-preferences/bot-preferences/subscriber]. Its folders hold a
//     copy in DynamoDB, the patterns of EventBridge rules, and tests for a store
//     of your own.
//   - A Lambda function configures its AWS clients with
//     [github.com/bot-preferences/bot-preferences/awsconfig], which reads Lambda's
//     environment alone and starts fast. Other programs use the SDK's own config.
//   - [github.com/bot-preferences/bot-preferences/consumers] holds the handlers of
//     the functions that merge and announce. Neither bots nor skills need it.
//
// The command cmd/botprefs runs the whole pipeline on one machine (make run),
// builds the functions, and repairs a deployment. README.md says more.
package preferences
