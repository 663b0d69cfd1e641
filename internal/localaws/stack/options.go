package stack

import (
	"os"
	"regexp"
)

// Options say for which stage, region and account a file is read.
type Options struct {
	// Stage is the value of osls's --stage. Empty: the file's own default, or "dev".
	// Required by LoadTemplate. Letters, digits and hyphens.
	Stage string

	// Region is the value of osls's --region. Empty: the file's own default, or
	// "us-east-1".
	Region string

	// Account is the account's number, twelve digits. Empty: 000000000000.
	Account string

	// Service is the service's name. Only LoadTemplate needs it: a compiled
	// template does not contain it.
	Service string

	// Params override the file's params, as --param does.
	Params map[string]string

	// Unconditional makes every resource and output, whatever its condition says: for
	// who builds the functions of all deployments.
	Unconditional bool

	// Parameter is called with the name of each parameter that the file declares, for
	// any stage, or refers to; some more than once. It may be nil.
	Parameter func(name string)

	// Env looks up ${env:NAME}. Nil: the process's environment.
	Env func(name string) (string, bool)

	// QueueURL returns the value of a queue's Ref. Nil: SQS's address,
	// https://sqs.<region>.amazonaws.com/<account>/<name>.
	QueueURL func(name string) string

	// Elsewhere allows rules on buses of other stacks. It also allows rules, redrives
	// and mappings to name queues of other stacks. Stack.Elsewhere lists them.
	Elsewhere bool

	// StreamARN returns the ARN of a table's stream, which DynamoDB generates with the
	// table. Nil: one with the label 1970-01-01T00:00:00.000.
	StreamARN func(table string) string
}

var (
	validStage   = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	validAccount = regexp.MustCompile(`^[0-9]{12}$`)
	validRegion  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
)

// place is where a stack lives: Options with the file's defaults filled in.
type place struct {
	Options
}

func settle(o Options, stage, region string) place {
	o.Stage, o.Region = stage, region
	if o.Account == "" {
		o.Account = "000000000000"
	}
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	p := place{o}
	if p.QueueURL == nil {
		p.QueueURL = func(name string) string {
			return "https://sqs." + p.Region + ".amazonaws.com/" + p.Account + "/" + name
		}
	}
	if p.StreamARN == nil {
		p.StreamARN = func(table string) string {
			return p.arn("dynamodb", "table/"+table+"/stream/1970-01-01T00:00:00.000")
		}
	}
	return p
}

func (p place) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + p.Region + ":" + p.Account + ":" + resource
}

// check names the first invalid option.
func (p place) check(r *report, at *node) {
	if !validStage.MatchString(p.Stage) {
		r.refuse(at, "stage %q: only letters, digits and hyphens", p.Stage)
	}
	if !validRegion.MatchString(p.Region) {
		r.refuse(at, "region %q is not of the form us-east-1", p.Region)
	}
	if !validAccount.MatchString(p.Account) {
		r.refuse(at, "account %q is not twelve digits", p.Account)
	}
}
