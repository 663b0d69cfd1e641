// Command lambda is the consumer of package updateitem, with the wiring that is usual
// for such functions.
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

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/updateitem"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	consumer := &updateitem.Consumer{Client: dynamodb.NewFromConfig(cfg), Table: os.Getenv("TABLE_NAME")}
	lambda.Start(consumer.Handle)
}
