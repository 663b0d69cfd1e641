package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// checkAlarms names the stack's alarms that are in ALARM.
func (e *Examination) checkAlarms(ctx context.Context, r *Result) error {
	pages := cloudwatch.NewDescribeAlarmsPaginator(e.CloudWatch, &cloudwatch.DescribeAlarmsInput{
		AlarmNamePrefix: aws.String(e.Stack.Stack + "-"),
		AlarmTypes:      []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm},
	})
	n := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		n += len(page.MetricAlarms) + len(page.CompositeAlarms)
		for _, a := range page.MetricAlarms {
			if len(a.AlarmActions) == 0 {
				continue // a part of a composite alarm, which says what it means
			}
			e.alarm(r, a.StateValue, aws.ToString(a.AlarmName), aws.ToString(a.AlarmDescription), aws.ToString(a.StateReason))
		}
		for _, a := range page.CompositeAlarms {
			e.alarm(r, a.StateValue, aws.ToString(a.AlarmName), aws.ToString(a.AlarmDescription), aws.ToString(a.StateReason))
		}
	}
	if n == 0 {
		r.find("alarms-missing", "The stack has no alarms.", "Nobody learns of a fault.", e.deploy())
	}
	r.Summary = fmt.Sprintf("none of %d alarms is in ALARM", n)
	return nil
}

func (e *Examination) alarm(r *Result, state types.StateValue, name, description, reason string) {
	if state != types.StateValueAlarm {
		return
	}
	mean, page := description, "docs/runbooks"
	if at := strings.Index(description, "https://"); at >= 0 {
		mean, page = strings.TrimSpace(description[:at]), description[at:]
	}
	r.find("alarm", "The alarm "+name+" is in ALARM: "+reason, mean,
		fmt.Sprintf("Follow %s   # %s cloudwatch describe-alarms --alarm-names %s", page, e.Commands.AWS, name))
}
