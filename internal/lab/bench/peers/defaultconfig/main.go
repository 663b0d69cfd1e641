// Command defaultconfig is this project's get with the SDK's configuration as it
// comes, config.LoadDefaultConfig, which looks for files, profiles, single
// sign-on and the machine's metadata. What it costs at start, and in bytes, over
// awsconfig is the difference between the two.
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
