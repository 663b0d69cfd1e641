package realtime_test

import (
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

func alarmOperations(cfg aws.Config) []operation {
	c := cloudwatch.NewFromConfig(cfg)
	queue := []types.Dimension{{Name: aws.String("QueueName"), Value: aws.String("q")}}
	sent := &types.Metric{Namespace: aws.String("AWS/SQS"), MetricName: aws.String("NumberOfMessagesSent"), Dimensions: queue}
	return []operation{
		op(c.DescribeAlarms, always(cloudwatch.DescribeAlarmsInput{AlarmTypes: []types.AlarmType{"MetricAlarm", "CompositeAlarm"}})),
		op(c.DescribeAlarmHistory, always(cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("deep")})),
		op(c.SetAlarmState, func(r *rand.Rand) *cloudwatch.SetAlarmStateInput {
			return &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("deep"), StateValue: types.StateValue(*pick(r, "OK", "ALARM")), StateReason: aws.String("a test")}
		}),
		op(c.ListMetrics, always(cloudwatch.ListMetricsInput{Namespace: aws.String("AWS/SQS"), Dimensions: []types.DimensionFilter{{Name: aws.String("QueueName")}}})),
		op(c.GetMetricStatistics, func(*rand.Rand) *cloudwatch.GetMetricStatisticsInput {
			return &cloudwatch.GetMetricStatisticsInput{
				Namespace: sent.Namespace, MetricName: sent.MetricName, Dimensions: queue, Period: aws.Int32(60),
				StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now()),
				Statistics: []types.Statistic{"Sum", "Average"}, ExtendedStatistics: []string{"p99", "PR(:1)"},
			}
		}),
		op(c.GetMetricData, func(*rand.Rand) *cloudwatch.GetMetricDataInput {
			return &cloudwatch.GetMetricDataInput{
				StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now()),
				MetricDataQueries: []types.MetricDataQuery{{Id: aws.String("m"), MetricStat: &types.MetricStat{Metric: sent, Period: aws.Int32(300), Stat: aws.String("Sum")}}},
			}
		}),
	}
}
