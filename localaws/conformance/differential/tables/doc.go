// Package tables compares localaws with dynoxide on random requests to DynamoDB.
package tables
