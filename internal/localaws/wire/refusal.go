package wire

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// refuse answers a request for a service that does not exist here, in the form in which
// that service's clients read errors. A person who tries `aws iam` or `aws s3` then
// reads one line that says why.
func refuse(w http.ResponseWriter, r *http.Request, requestID string) {
	_, service := scope(r)
	e := refusal(r, service)
	switch {
	case service == "s3":
		writeXML(w, e, s3Error{Code: e.Code, Message: e.Message, RequestID: requestID})
	case service == "ec2":
		writeXML(w, e, ec2Error{Errors: []xmlError{{Code: e.Code, Message: e.Message}}, RequestID: requestID})
	case service == "route53", service == "cloudfront", isForm(r):
		writeXML(w, e, queryError{Error: xmlError{Type: "Sender", Code: e.Code, Message: e.Message}, RequestID: requestID})
	default:
		writeError(w, &Service{Version: "1.0"}, e)
	}
}

func refusal(r *http.Request, service string) *Error {
	if service == "sqs" && isForm(r) {
		return Unsupported("the query protocol of SQS: it speaks the JSON protocol, as the AWS CLI does since 1.29 and 2.13")
	}
	if service == "monitoring" && isForm(r) {
		return Unsupported("the query protocol of CloudWatch: it speaks CBOR and JSON, as the AWS CLI does today")
	}
	if service == "sts" && isForm(r) {
		return Unsupported("STS, except for GetCallerIdentity")
	}
	what := fmt.Sprintf("a request with X-Amz-Target %q (%s %s)", r.Header.Get("X-Amz-Target"), r.Method, r.URL.Path)
	if service != "" && r.Header.Get("X-Amz-Target") == "" {
		what = fmt.Sprintf("the service %s (%s %s)", service, r.Method, r.URL.Path)
	}
	return Unsupported("%s: it speaks the AWS JSON protocols of DynamoDB, DynamoDB Streams, SQS, EventBridge and CloudWatch", what)
}

// isForm recognizes the older query protocol of STS, IAM, SNS, CloudFormation and
// others.
func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

type xmlError struct {
	Type    string `xml:"Type,omitempty"`
	Code    string `xml:"Code"`
	Message string `xml:"Message"`
}

type queryError struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Error     xmlError `xml:"Error"`
	RequestID string   `xml:"RequestId"`
}

type ec2Error struct {
	XMLName   xml.Name   `xml:"Response"`
	Errors    []xmlError `xml:"Errors>Error"`
	RequestID string     `xml:"RequestID"`
}

type s3Error struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string   `xml:"Code"`
	Message   string   `xml:"Message"`
	RequestID string   `xml:"RequestId"`
}

func writeXML(w http.ResponseWriter, e *Error, body any) {
	text, err := xml.Marshal(body)
	if err != nil {
		writeError(w, &Service{Version: "1.0"}, e)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(cmp.Or(e.Status, http.StatusBadRequest))
	_, _ = w.Write(append([]byte(xml.Header), text...)) // an error means that the client has gone
}
