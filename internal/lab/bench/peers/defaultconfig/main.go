// Command defaultconfig is this project's get function with the SDK's usual
// configuration, config.LoadDefaultConfig, instead of awsconfig. LoadDefaultConfig
// looks for files, profiles, single sign-on and the machine's metadata. The difference
// between the two functions is what that costs, in start time and in bytes.
//
// Environment: TABLE_NAME.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	get := httpapi.Reader{Read: profilestore.New(dynamodb.NewFromConfig(cfg), os.Getenv("TABLE_NAME")).Read}
	lambda.Start(get.Get)
}
