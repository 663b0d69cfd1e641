// Package awsconfig configures the AWS SDK's clients for programs that must answer
// soon: bots, skills, and the pipeline's own functions.
//
//	cfg, err := awsconfig.FromEnvironment()
//	if err != nil {
//		return err
//	}
//	publisher, err := producers.NewPublisher("my-bot", eventbus.New(eventbridge.NewFromConfig(cfg), "bot-preferences-dev"))
//
// [FromEnvironment] is for Lambda functions, containers and shells whose environment
// has the region and the credentials. Where the credentials come from elsewhere (a
// profile, an instance, single sign-on), [WithTimeouts] adds the same timeouts to what
// config.LoadDefaultConfig found.
//
// # Timeouts
//
// The SDK's clients wait for an answer for as long as the caller's context does, which
// may be for ever. These give up:
//
//   - a connection after 1 s, and its TLS handshake after 1 s more;
//   - a request whose answer has not begun after 1.5 s;
//   - an attempt as a whole after 3 s.
//
// A client makes three attempts, with waits of at most 0.3 s between them. Packages
// eventbus and queue make their own attempts, and switch those of the client off.
//
// Do not receive from SQS with these: a long poll takes up to 20 s to answer. Nor are
// they for large transfers. [KeepAnswers] is for clients that receive.
//
// # Fast start
//
// FromEnvironment reads variables and nothing else. It links a fifth less than
// config.LoadDefaultConfig does, and a function starts a tenth sooner or more.
package awsconfig
