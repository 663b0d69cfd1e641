package lambda_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// A reserved concurrency bounds the invocations that are admitted, until it is removed.
func TestAReservedConcurrency(t *testing.T) {
	s := newService(t)
	name := aws.String("bot-apply")
	reserve := func(n int32) error {
		_, err := s.PutFunctionConcurrency(t.Context(), &client.PutFunctionConcurrencyInput{FunctionName: name, ReservedConcurrentExecutions: &n})
		return err
	}
	if out, err := s.GetFunctionConcurrency(t.Context(), &client.GetFunctionConcurrencyInput{FunctionName: name}); err != nil || out.ReservedConcurrentExecutions != nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := reserve(1); err != nil {
		t.Fatal(err)
	}
	if out, err := s.GetFunctionConcurrency(t.Context(), &client.GetFunctionConcurrencyInput{FunctionName: name}); err != nil || *out.ReservedConcurrentExecutions != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	if !s.api.Admit(applyARN) || s.api.Admit(applyARN) {
		t.Error("not one invocation is admitted")
	}
	if s.api.Leave(applyARN); !s.api.Admit(applyARN) {
		t.Error("the next one is not admitted")
	}
	if err := reserve(0); err != nil || s.api.Admit(applyARN) {
		t.Errorf("admitted with none reserved: %v", err)
	}
	if _, err := s.DeleteFunctionConcurrency(t.Context(), &client.DeleteFunctionConcurrencyInput{FunctionName: name}); err != nil || !s.api.Admit(applyARN) {
		t.Errorf("not admitted without a bound: %v", err)
	}
	var invalid *types.InvalidParameterValueException
	if err := reserve(901); !errors.As(err, &invalid) {
		t.Errorf("%v", err)
	}
	var missing *types.ResourceNotFoundException
	if _, err := s.DeleteFunctionConcurrency(t.Context(), &client.DeleteFunctionConcurrencyInput{FunctionName: aws.String("none")}); !errors.As(err, &missing) {
		t.Errorf("%v", err)
	}
	if !s.api.Admit("arn:aws:lambda:us-east-1:000000000000:function:unknown") {
		t.Error("a function that the API does not know is bounded")
	}
}

// A caller without a signature, as aws --no-sign-request is, reaches these operations too,
// whose paths begin with other dates than those of the rest of the API.
func TestAReservedConcurrencyWithoutASignature(t *testing.T) {
	s := newService(t)
	unsigned := func(o *client.Options) { o.HTTPClient = withoutSignature{o.HTTPClient} }
	name, none := aws.String("bot-apply"), int32(0)
	if _, err := s.PutFunctionConcurrency(t.Context(), &client.PutFunctionConcurrencyInput{FunctionName: name, ReservedConcurrentExecutions: &none}, unsigned); err != nil {
		t.Fatal(err)
	}
	out, err := s.GetFunctionConcurrency(t.Context(), &client.GetFunctionConcurrencyInput{FunctionName: name}, unsigned)
	if err != nil || aws.ToInt32(out.ReservedConcurrentExecutions) != 0 || out.ReservedConcurrentExecutions == nil {
		t.Errorf("%+v, %v", out, err)
	}
	if _, err := s.DeleteFunctionConcurrency(t.Context(), &client.DeleteFunctionConcurrencyInput{FunctionName: name}, unsigned); err != nil || !s.api.Admit(applyARN) {
		t.Errorf("%v", err)
	}
}

type withoutSignature struct{ client.HTTPClient }

func (c withoutSignature) Do(r *http.Request) (*http.Response, error) {
	r.Header.Del("Authorization")
	return c.HTTPClient.Do(r)
}

// A function is named by its name, its ARN, or a part of the ARN.
func TestFunctionsHaveThreeNames(t *testing.T) {
	s := newService(t)
	for _, name := range []string{"bot-apply", "bot-apply:$LATEST", applyARN, applyARN + ":$LATEST", "123456789012:function:bot-apply"} {
		if _, err := s.GetFunctionConcurrency(t.Context(), &client.GetFunctionConcurrencyInput{FunctionName: &name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var missing *types.ResourceNotFoundException
	for _, name := range []string{"apply", "000000000000:function:bot-apply", "bot-apply:live"} {
		if _, err := s.GetFunctionConcurrency(t.Context(), &client.GetFunctionConcurrencyInput{FunctionName: &name}); !errors.As(err, &missing) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
