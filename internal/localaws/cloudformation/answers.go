package cloudformation

import (
	"net"
	"net/url"
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// The answers, as the API reference of CloudFormation (version 2010-05-15) has them.
type (
	describedStacks struct {
		Stacks []describedStack `xml:"Stacks>member"`
	}
	describedStack struct {
		Name     string   `xml:"StackName"`
		ID       string   `xml:"StackId"`
		Created  string   `xml:"CreationTime"`
		Status   string   `xml:"StackStatus"`
		Rollback bool     `xml:"DisableRollback"`
		Drift    string   `xml:"DriftInformation>StackDriftStatus"`
		Outputs  []output `xml:"Outputs>member"`
		Tags     []tag    `xml:"Tags>member"`
	}
	output struct {
		Key   string `xml:"OutputKey"`
		Value string `xml:"OutputValue"`
	}
	tag struct {
		Key   string `xml:"Key"`
		Value string `xml:"Value"`
	}

	listedResources struct {
		Resources []summary `xml:"StackResourceSummaries>member"`
	}
	summary struct {
		resource
		Updated string `xml:"LastUpdatedTimestamp"`
	}

	describedResources struct {
		Resources []describedResource `xml:"StackResources>member"`
	}
	describedResource struct {
		StackName string `xml:"StackName"`
		StackID   string `xml:"StackId"`
		Timestamp string `xml:"Timestamp"`
		resource
	}

	resource struct {
		LogicalID  string `xml:"LogicalResourceId"`
		PhysicalID string `xml:"PhysicalResourceId"`
		Type       string `xml:"ResourceType"`
		Status     string `xml:"ResourceStatus"`
		Drift      string `xml:"DriftInformation>StackResourceDriftStatus"`
	}
)

const (
	complete   = "CREATE_COMPLETE"
	notChecked = "NOT_CHECKED"
)

func (s *Service) at() string { return s.created.Format("2006-01-02T15:04:05.000Z") }

func (s *Service) describe(one *stack.Stack) describedStack {
	return describedStack{
		Name: one.StackName(), ID: one.ID, Created: s.at(), Status: complete, Drift: notChecked,
		Outputs: s.outputs(one), Tags: []tag{{"STAGE", one.Stage}},
	}
}

func (s *Service) summary(r stack.Resource) summary {
	return summary{resource: s.resource(r), Updated: s.at()}
}

func (s *Service) resource(r stack.Resource) resource {
	return resource{LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type, Status: complete, Drift: notChecked}
}

// At implements wire.Located: the addresses of queues and of the HTTP API have the
// caller's host. The ports stay, for the HTTP API has another one.
func (d describedStacks) At(base string) any {
	d.Stacks = slices.Clone(d.Stacks)
	for i := range d.Stacks {
		d.Stacks[i].Outputs = slices.Clone(d.Stacks[i].Outputs)
		for j, o := range d.Stacks[i].Outputs {
			d.Stacks[i].Outputs[j].Value = relocated(o.Value, base)
		}
	}
	return d
}

// At implements wire.Located: see describedStacks.
func (l listedResources) At(base string) any {
	l.Resources = slices.Clone(l.Resources)
	for i := range l.Resources {
		l.Resources[i].PhysicalID = relocated(l.Resources[i].PhysicalID, base)
	}
	return l
}

// At implements wire.Located: see describedStacks.
func (l describedResources) At(base string) any {
	l.Resources = slices.Clone(l.Resources)
	for i := range l.Resources {
		l.Resources[i].PhysicalID = relocated(l.Resources[i].PhysicalID, base)
	}
	return l
}

// relocated replaces the host name of an address. Those of AWS begin with https.
func relocated(value, base string) string {
	u, err := url.Parse(value)
	b, bad := url.Parse(base)
	if err != nil || bad != nil || u.Scheme != "http" || u.Port() == "" {
		return value
	}
	u.Host = net.JoinHostPort(b.Hostname(), u.Port())
	return u.String()
}
