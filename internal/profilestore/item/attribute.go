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

// An Attribute is a named DynamoDB attribute value in a form that neither the
// SDK nor Lambda owns.
type Attribute struct {
	Name    string
	Kind    Kind
	Text    string // of a String or Number
	Members Raw    // of a Map
}

// A Raw item is an item's attributes, or a Map's members, in any order. A name
// occurs once.
type Raw []Attribute

// get finds an attribute by its name. An attribute that is absent has the kind
// Other.
func (raw Raw) get(name string) (a Attribute, ok bool) {
	for i := range raw {
		if raw[i].Name == name {
			return raw[i], true
		}
	}
	return Attribute{Name: name}, false
}

// FromImage converts a stream record's image, or its keys.
func FromImage(image map[string]awsevents.DynamoDBAttributeValue) Raw {
	raw := make(Raw, 0, len(image))
	for name, av := range image {
		raw = append(raw, fromStream(name, av))
	}
	return raw
}

// fromStream asks for the type first: an accessor of another type panics.
func fromStream(name string, av awsevents.DynamoDBAttributeValue) Attribute {
	switch av.DataType() {
	case awsevents.DataTypeString:
		return Attribute{Name: name, Kind: String, Text: av.String()}
	case awsevents.DataTypeNumber:
		return Attribute{Name: name, Kind: Number, Text: av.Number()}
	case awsevents.DataTypeMap:
		return Attribute{Name: name, Kind: Map, Members: FromImage(av.Map())}
	}
	return Attribute{Name: name}
}
