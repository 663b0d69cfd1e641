package item

import awsevents "github.com/aws/aws-lambda-go/events"

// A Kind is an attribute's type, as far as the layout uses it.
type Kind int

// The kinds. Other is every type that the layout does not use.
const (
	Other  Kind = iota
	String      // S
	Number      // N
	Map         // M
)

// An Attribute is a DynamoDB attribute value in a form that neither the SDK nor
// Lambda owns.
type Attribute struct {
	Kind    Kind
	Text    string               // of a String or Number
	Members map[string]Attribute // of a Map
}

// A Raw item is an item's attributes by name.
type Raw map[string]Attribute

// FromImage converts a stream record's image, or its keys.
func FromImage(image map[string]awsevents.DynamoDBAttributeValue) Raw {
	raw := make(Raw, len(image))
	for name, av := range image {
		raw[name] = fromStream(av)
	}
	return raw
}

// fromStream asks for the type first: an accessor of another type panics.
func fromStream(av awsevents.DynamoDBAttributeValue) Attribute {
	switch av.DataType() {
	case awsevents.DataTypeString:
		return Attribute{Kind: String, Text: av.String()}
	case awsevents.DataTypeNumber:
		return Attribute{Kind: Number, Text: av.Number()}
	case awsevents.DataTypeMap:
		return Attribute{Kind: Map, Members: FromImage(av.Map())}
	}
	return Attribute{}
}
