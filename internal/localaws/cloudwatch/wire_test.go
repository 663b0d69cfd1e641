package cloudwatch_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// client is the SDK's own, which speaks CBOR.
func (r *room) client() *client.Client {
	run := func(_ context.Context, c wire.Call) (any, error) { return c() }
	return client.NewFromConfig(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://aws.test"), Credentials: aws.AnonymousCredentials{},
		HTTPClient: &http.Client{Transport: handled{wire.Handler(run, func() string { return "id" }, r.Wire())}},
		Retryer:    func() aws.Retryer { return aws.NopRetryer{} },
	})
}

func must[T any](r *room, out T, err error) T {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
	return out
}

func (r *room) list() []types.Metric {
	r.Helper()
	out, err := r.client().ListMetrics(r.Context(), &client.ListMetricsInput{})
	return must(r, out, err).Metrics
}

func TestAlarmsAreDescribed(t *testing.T) {
	r := newRoom(t,
		onDepth(func(a *cloudwatch.Alarm) {
			a.ARN, a.Description, a.Threshold = "arn", "Too deep.", 2.5
			a.Metric.Dimensions = []cloudwatch.Dimension{{Name: "Stage", Value: "prod"}}
		}),
		onDepth(func(a *cloudwatch.Alarm) { a.Name, a.Statistic, a.LowSamples = "shallow", "p99", "evaluate" }),
		cloudwatch.Alarm{Name: "either", Rule: `ALARM("deep") OR ALARM("shallow")`})
	r.pass([]float64{1})
	both := []types.AlarmType{"MetricAlarm", "CompositeAlarm"}
	for _, c := range []struct {
		in   client.DescribeAlarmsInput
		want int
	}{
		{client.DescribeAlarmsInput{}, 2},
		{client.DescribeAlarmsInput{AlarmTypes: both}, 3},
		{client.DescribeAlarmsInput{AlarmTypes: both, AlarmNamePrefix: aws.String("e")}, 1},
		{client.DescribeAlarmsInput{AlarmTypes: both, AlarmNames: []string{"deep", "other"}}, 1},
		{client.DescribeAlarmsInput{AlarmTypes: both, StateValue: "ALARM"}, 2},
	} {
		out, err := r.client().DescribeAlarms(t.Context(), &c.in)
		if must(r, out, err); len(out.MetricAlarms)+len(out.CompositeAlarms) != c.want {
			t.Errorf("%+v: %d and %d, want %d", c.in, len(out.MetricAlarms), len(out.CompositeAlarms), c.want)
		}
	}
	out, err := r.client().DescribeAlarms(t.Context(), &client.DescribeAlarmsInput{AlarmTypes: both, MaxRecords: aws.Int32(2)})
	must(r, out, err)
	deep := out.MetricAlarms[0]
	if *deep.AlarmName != "deep" || *deep.AlarmArn != "arn" || *deep.AlarmDescription != "Too deep." || *deep.Threshold != 2.5 || deep.Statistic != "Maximum" ||
		*deep.Period != 60 || *deep.EvaluationPeriods != 1 || deep.StateValue != "OK" || *deep.StateReason == "" || *deep.Dimensions[0].Value != "prod" ||
		!deep.StateTransitionedTimestamp.Equal(start.Add(65*time.Second)) || deep.AlarmActions[0] != "topic" || *deep.TreatMissingData != "notBreaching" {
		t.Errorf("%+v", deep)
	}
	if c := out.CompositeAlarms[0]; *c.AlarmName != "either" || *c.AlarmRule == "" || c.StateValue != "ALARM" {
		t.Errorf("%+v", c)
	}
	rest, err := r.client().DescribeAlarms(t.Context(), &client.DescribeAlarmsInput{AlarmTypes: both, MaxRecords: aws.Int32(2), NextToken: out.NextToken})
	if s := must(r, rest, err).MetricAlarms[0]; *s.AlarmName != "shallow" || *s.ExtendedStatistic != "p99" || *s.EvaluateLowSampleCountPercentile != "evaluate" {
		t.Errorf("%+v", s)
	}
}

func TestAStateCanBeSet(t *testing.T) {
	r := newRoom(t, onDepth(nil), cloudwatch.Alarm{Name: "joined", Rule: "ALARM(deep)"})
	out, err := r.client().SetAlarmState(t.Context(), &client.SetAlarmStateInput{AlarmName: aws.String("deep"), StateValue: "ALARM", StateReason: aws.String("a rehearsal")})
	must(r, out, err)
	r.is("deep", cloudwatch.InAlarm)
	r.is("joined", cloudwatch.InAlarm)
	r.pass(nil)
	r.is("deep", cloudwatch.OK)
	_, err = r.client().SetAlarmState(t.Context(), &client.SetAlarmStateInput{AlarmName: aws.String("none"), StateValue: "ALARM", StateReason: aws.String("x")})
	var absent *types.ResourceNotFound
	if !errors.As(err, &absent) {
		t.Errorf("%v", err)
	}
}

func TestMetricsAreRead(t *testing.T) {
	r := newRoom(t)
	r.pass([]float64{1, 3}, nil, []float64{5})
	in := &client.GetMetricStatisticsInput{
		Namespace: aws.String("Test"), MetricName: aws.String("Depth"), StartTime: &start, EndTime: aws.Time(start.Add(3 * time.Minute)),
		Period: aws.Int32(60), Statistics: []types.Statistic{"Sum", "Average", "Minimum", "Maximum", "SampleCount"}, ExtendedStatistics: []string{"PR(:2)"},
	}
	out, err := r.client().GetMetricStatistics(t.Context(), in)
	if points := must(r, out, err).Datapoints; len(points) != 2 || *points[0].Sum != 4 || *points[0].Average != 2 || *points[0].Minimum != 1 ||
		*points[0].Maximum != 3 || *points[0].SampleCount != 2 || points[0].ExtendedStatistics["PR(:2)"] != 50 || !points[1].Timestamp.Equal(start.Add(2*time.Minute)) {
		t.Errorf("%+v", points)
	}
	query := []types.MetricDataQuery{{Id: aws.String("m"), MetricStat: &types.MetricStat{
		Metric: &types.Metric{Namespace: aws.String("Test"), MetricName: aws.String("Depth")}, Period: aws.Int32(120), Stat: aws.String("Sum"),
	}}}
	data, err := r.client().GetMetricData(t.Context(), &client.GetMetricDataInput{StartTime: in.StartTime, EndTime: in.EndTime, MetricDataQueries: query})
	if d := must(r, data, err).MetricDataResults[0]; len(d.Values) != 2 || d.Values[0] != 5 || d.Values[1] != 4 || !d.Timestamps[0].Equal(start.Add(2*time.Minute)) || d.StatusCode != "Complete" {
		t.Errorf("%+v", d)
	}
	query[0].MetricStat, query[0].Expression = nil, aws.String("1+1")
	_, err = r.client().GetMetricData(t.Context(), &client.GetMetricDataInput{StartTime: in.StartTime, EndTime: in.EndTime, MetricDataQueries: query})
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != "LocalAWSUnsupported" {
		t.Errorf("%v", err)
	}
	in.Period = aws.Int32(1)
	if _, err = r.client().GetMetricStatistics(t.Context(), in); !errors.As(err, &refused) || refused.ErrorCode() != "InvalidParameterValue" {
		t.Errorf("%v", err)
	}
}

func TestMetricsAreListed(t *testing.T) {
	r := newRoom(t)
	for _, stage := range []string{"dev", "prod"} {
		if err := r.Add(cloudwatch.Metric{Namespace: "Test", Name: "Merged", Dimensions: []cloudwatch.Dimension{{Name: "Stage", Value: stage}}}, "Count", r.now, 1); err != nil {
			t.Fatal(err)
		}
	}
	r.pass([]float64{1})
	for _, c := range []struct {
		in   client.ListMetricsInput
		want int
	}{
		{client.ListMetricsInput{}, 3},
		{client.ListMetricsInput{Namespace: aws.String("Other")}, 0},
		{client.ListMetricsInput{MetricName: aws.String("Merged")}, 2},
		{client.ListMetricsInput{Dimensions: []types.DimensionFilter{{Name: aws.String("Stage")}}}, 2},
		{client.ListMetricsInput{Dimensions: []types.DimensionFilter{{Name: aws.String("Stage"), Value: aws.String("dev")}}}, 1},
	} {
		out, err := r.client().ListMetrics(t.Context(), &c.in)
		if must(r, out, err); len(out.Metrics) != c.want {
			t.Errorf("%+v: %v", c.in, out.Metrics)
		}
	}
}

func TestTheHistoryOfAnAlarm(t *testing.T) {
	r := newRoom(t, onDepth(nil), cloudwatch.Alarm{Name: "joined", Rule: "ALARM(deep)"})
	r.pass([]float64{0}, []float64{1}, []float64{0})
	for _, c := range []struct {
		in   client.DescribeAlarmHistoryInput
		want int
	}{
		{client.DescribeAlarmHistoryInput{}, 3},
		{client.DescribeAlarmHistoryInput{AlarmName: aws.String("joined")}, 3},
		{client.DescribeAlarmHistoryInput{AlarmTypes: []types.AlarmType{"MetricAlarm", "CompositeAlarm"}}, 6},
		{client.DescribeAlarmHistoryInput{AlarmName: aws.String("deep"), MaxRecords: aws.Int32(2)}, 2},
		{client.DescribeAlarmHistoryInput{AlarmName: aws.String("deep"), HistoryItemType: "Action"}, 0},
		{client.DescribeAlarmHistoryInput{AlarmName: aws.String("deep"), StartDate: aws.Time(start.Add(time.Hour))}, 0},
		{client.DescribeAlarmHistoryInput{AlarmName: aws.String("deep"), EndDate: aws.Time(start)}, 0},
	} {
		out, err := r.client().DescribeAlarmHistory(t.Context(), &c.in)
		if must(r, out, err); len(out.AlarmHistoryItems) != c.want {
			t.Errorf("%+v: %d items, want %d", c.in, len(out.AlarmHistoryItems), c.want)
		}
	}
	out, err := r.client().DescribeAlarmHistory(t.Context(), &client.DescribeAlarmHistoryInput{AlarmName: aws.String("deep")})
	if last := must(r, out, err).AlarmHistoryItems[0]; *last.HistorySummary != "Alarm updated from ALARM to OK" || last.AlarmType != "MetricAlarm" || *last.HistoryData == "" {
		t.Errorf("%+v", last)
	}
}
