package wire_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func signed(service string) string {
	return "AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0"
}

// Each service's clients read errors in a form of their own.
func TestOtherServicesAreRefusedInTheirOwnForm(t *testing.T) {
	const form, why = "application/x-www-form-urlencoded; charset=utf-8", ": it speaks the AWS JSON protocols of DynamoDB, DynamoDB Streams, SQS, EventBridge and CloudWatch"
	message := "<Code>LocalAWSUnsupported</Code><Message>localaws does not support "
	for _, c := range []struct{ name, method, path, authorization, contentType, answerType, body string }{
		{"STS but for GetCallerIdentity", "POST", "/", signed("sts"), form, "text/xml",
			"<ErrorResponse><Error><Type>Sender</Type>" + message + "STS, except for GetCallerIdentity</Message></Error><RequestId>request-1</RequestId></ErrorResponse>"},
		{"query", "POST", "/", signed("iam"), form, "text/xml",
			"<ErrorResponse><Error><Type>Sender</Type>" + message + "the service iam (POST /)" + why + "</Message></Error><RequestId>request-1</RequestId></ErrorResponse>"},
		{"query, unsigned", "POST", "/", "", form, "text/xml",
			"<ErrorResponse><Error><Type>Sender</Type>" + message + "a request with X-Amz-Target &#34;&#34; (POST /)" + why + "</Message></Error><RequestId>request-1</RequestId></ErrorResponse>"},
		{"an old client of SQS", "POST", "/000000000000/q", signed("sqs"), form, "text/xml",
			"<ErrorResponse><Error><Type>Sender</Type>" + message + "the query protocol of SQS: it speaks the JSON protocol, as the AWS CLI does since 1.29 and 2.13</Message></Error><RequestId>request-1</RequestId></ErrorResponse>"},
		{"EC2", "POST", "/", signed("ec2"), form, "text/xml",
			"<Response><Errors><Error>" + message + "the service ec2 (POST /)" + why + "</Message></Error></Errors><RequestID>request-1</RequestID></Response>"},
		{"S3", "GET", "/bucket<", signed("s3"), "", "text/xml",
			"<Error>" + message + "the service s3 (GET /bucket&lt;)" + why + "</Message><RequestId>request-1</RequestId></Error>"},
		{"XML over REST", "GET", "/2013-04-01/hostedzone", signed("route53"), "", "text/xml",
			"<ErrorResponse><Error><Type>Sender</Type>" + message + "the service route53 (GET /2013-04-01/hostedzone)" + why + "</Message></Error><RequestId>request-1</RequestId></ErrorResponse>"},
		{"JSON over REST", "GET", "/2015-03-31/functions", signed("lambda"), "", "application/x-amz-json-1.0",
			`{"__type":"LocalAWSUnsupported","message":"localaws does not support the service lambda (GET /2015-03-31/functions)` + why + `"}`},
		{"a browser", "GET", "/", "Basic bG9jYWw6bG9jYWw=", "", "application/x-amz-json-1.0",
			`{"__type":"LocalAWSUnsupported","message":"localaws does not support a request with X-Amz-Target \"\" (GET /)` + why + `"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/", strings.NewReader("Action=Something&Version=1"))
			r.URL.Path = c.path
			r.Header.Set("Authorization", c.authorization)
			r.Header.Set("Content-Type", c.contentType)
			w := httptest.NewRecorder()
			handler().ServeHTTP(w, r)
			body := strings.TrimPrefix(w.Body.String(), `<?xml version="1.0" encoding="UTF-8"?>`+"\n")
			if w.Code != http.StatusBadRequest || body != c.body || w.Header().Get("X-Amzn-Requestid") != "request-1" {
				t.Errorf("%d %s\nwant %s", w.Code, body, c.body)
			}
			if got := w.Header().Get("Content-Type"); got != c.answerType {
				t.Errorf("Content-Type %s, want %s", got, c.answerType)
			}
		})
	}
}
