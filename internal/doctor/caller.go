package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/bot-preferences/bot-preferences/events"
)

func (e *Examination) checkCredentials(ctx context.Context, r *Result) error {
	out, err := e.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	switch codeOf(err) {
	case "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException":
		r.find("credentials-refused", "AWS does not take these credentials: "+brief(err)+".",
			"No command of this program can look at the stack.", "Sign in again, or choose others by --profile.")
		return nil
	}
	if err != nil {
		return err
	}
	r.Summary = fmt.Sprintf("%s, in %s", aws.ToString(out.Arn), e.Region)
	return nil
}

// maxSkew is how wrong this machine's clock may be. From events.MaxAhead on its changes
// are refused; long before that they win over what others say later.
const maxSkew = time.Minute

func (e *Examination) checkClock(ctx context.Context, r *Result) error {
	before := e.now()
	out, err := e.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	server, ok := middleware.GetServerTime(out.ResultMetadata)
	if !ok {
		return fmt.Errorf("the answer has no date: %w", errNotNow)
	}
	// The date is cut to the second, and the answer took its time.
	skew := e.now().Add(before.Sub(e.now()) / 2).Sub(server.Add(time.Second / 2))
	if skew.Abs() <= maxSkew {
		r.Summary = fmt.Sprintf("this machine's clock is right to 2 s; changes are refused from %s ahead", events.MaxAhead)
		if skew.Abs() > 2*time.Second {
			r.Summary = fmt.Sprintf("this machine's clock is %s; changes are refused from %s ahead", direction(skew), events.MaxAhead)
		}
		return nil
	}
	mean := "What is published from this machine counts as earlier than it was said, and loses against what others said before."
	if skew > 0 {
		mean = "What is published from this machine wins over what others say later. From 5 minutes on it is refused as from_the_future."
	}
	r.find("clock-skew", "This machine's clock is "+direction(skew)+".", mean, "Set the clock, for example: sudo timedatectl set-ntp true")
	return nil
}

func direction(skew time.Duration) string {
	if skew < 0 {
		return skew.Abs().Round(time.Second).String() + " behind that of AWS"
	}
	return skew.Round(time.Second).String() + " ahead of that of AWS"
}
