package queues

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/queues"
)

// player plays a history on one implementation. Its memory depends only on what it
// observed, so two players that observed the same choose the same.
type player struct {
	*sqs.Client
	ctx      context.Context
	clock    clock
	interval time.Duration // interval between steps

	start   time.Time // of the history, in the time of the implementation
	now     int       // seconds since the start, of the current round
	urls    [queueCount]*string
	arns    map[string]string // role of a queue by its ARN
	ids     map[string]string // MessageId by label
	handles [queueCount][]*handle
	hidden  [queueCount]int // visibility timeouts of the queues
}

// clock is the time of an implementation.
type clock interface {
	// now is the time.
	now() time.Time

	// until returns when a time has come.
	until(ctx context.Context, t time.Time) error
}

// handle is a receipt handle that the player got.
type handle struct {
	label   string
	nth     int // which receive of this message
	receipt string
	until   int  // seconds since the start at which the message is visible again
	over    bool // used to delete, or the message was received again since
	older   bool // the message was received again since
}

func (h *handle) name() string { return fmt.Sprint(h.label, "-", h.nth) }

// roundLimit is how long after its beginning a round may last. Timeouts end at least a
// whole second after a step, and as long before the next round.
const roundLimit = 900 * time.Millisecond

// errLate says that a history shows nothing: a step did not end within its round.
var errLate = errors.New("a round took too long: the machine is too busy")

// play creates the queues, plays the rounds and deletes the queues. seen holds the
// lines of each step.
func (p *player) play(h *history, name string) (seen [][]string, err error) {
	if err := p.prepare(h, name); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.clean()) }()
	p.start = p.clock.now().Truncate(time.Millisecond) // as timestamps are
	for r, steps := range h.rounds {
		p.now = r * period
		begin := p.start.Add(time.Duration(p.now) * time.Second)
		if err := p.clock.until(p.ctx, begin); err != nil {
			return nil, err
		}
		for _, s := range steps {
			if err := p.clock.until(p.ctx, p.clock.now().Add(p.interval)); err != nil {
				return nil, err
			}
			lines, err := s.play(p)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s, err)
			}
			seen = append(seen, lines)
			if p.clock.now().Sub(begin) > roundLimit {
				return nil, errLate
			}
		}
	}
	return seen, nil
}

func (p *player) prepare(h *history, name string) error {
	p.ids, p.arns = map[string]string{}, map[string]string{}
	for _, i := range []int{dead, source} { // the target of the policy first
		setup := h.setup[i]
		attributes := map[string]string{"VisibilityTimeout": fmt.Sprint(setup.visibility), "DelaySeconds": fmt.Sprint(setup.delay)}
		if setup.max > 0 {
			attributes["RedrivePolicy"] = p.policy(setup.max)
		}
		out, err := p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: aws.String(name + "-" + roles[i]), Attributes: attributes})
		if err != nil {
			return err
		}
		p.urls[i], p.hidden[i] = out.QueueUrl, setup.visibility
		got, err := p.attributes(i)
		if err != nil {
			return err
		}
		p.arns[got["QueueArn"]] = roles[i]
	}
	return nil
}

// policy is a redrive policy to the dead-letter queue.
func (p *player) policy(max int) string {
	for arn, role := range p.arns {
		if role == roles[dead] {
			return fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, arn, max)
		}
	}
	panic("the dead-letter queue is made first")
}

// clean deletes the queues, even when ctx has ended.
func (p *player) clean() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 10*time.Second)
	defer cancel()
	var failed error
	for _, url := range p.urls {
		_, err := p.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: url})
		failed = errors.Join(failed, err)
	}
	return failed
}

// choose maps choices to handles that fit, each at most once.
func (p *player) choose(queue int, choices []int, fits func(*handle) bool) []*handle {
	var all, chosen []*handle
	for _, h := range p.handles[queue] {
		if fits(h) {
			all = append(all, h)
		}
	}
	taken := map[*handle]bool{}
	for _, n := range choices {
		if len(all) > 0 && !taken[all[n%len(all)]] {
			taken[all[n%len(all)]] = true
			chosen = append(chosen, all[n%len(all)])
		}
	}
	return chosen
}

// each makes a line of each of n requests.
func (p *player) each(n int, request func(i int) (string, error)) ([]string, error) {
	var lines []string
	for i := range n {
		line, err := request(i)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// about is the line of a request that answers nothing.
func about(h *handle, err error) (string, error) {
	if err == nil {
		return taken(h.name()), nil
	}
	line, err := refused(err)
	return h.name() + " " + line, err
}

// refused is the line of a refusal. An error that is not an answer stays an error.
func refused(err error) (string, error) {
	var coded smithy.APIError
	if errors.As(err, &coded) {
		return "refused: " + queues.Code(err), nil
	}
	var status *smithyhttp.ResponseError
	if errors.As(err, &status) && status.HTTPStatusCode() >= http.StatusMultipleChoices {
		return fmt.Sprint("answered with status ", status.HTTPStatusCode()), nil
	}
	return "", err
}

func refusal(err error) ([]string, error) {
	line, err := refused(err)
	if err != nil {
		return nil, err
	}
	return []string{line}, nil
}
