package lambda_test

import (
	"errors"
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
