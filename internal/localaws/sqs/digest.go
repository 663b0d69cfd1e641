package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"
)

// digestBody is MD5OfMessageBody, which SDKs check.
func digestBody(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// digestAttributes is MD5OfMessageAttributes and MD5OfMessageSystemAttributes: the
// attributes sorted by name. Each is its name, data type, one byte (1 for text, 2 for
// binary) and value, and every text follows its length in four bytes. "" if there are
// none.
func digestAttributes(attributes map[string]Attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	h := md5.New()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		write(h, name)
		write(h, a.DataType)
		if strings.HasPrefix(a.DataType, "Binary") {
			h.Write([]byte{2})
			write(h, string(a.BinaryValue))
		} else {
			h.Write([]byte{1})
			write(h, a.StringValue)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func write(h hash.Hash, s string) {
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(s))))
	h.Write([]byte(s))
}

// AttributesMD5 is MD5OfMessageAttributes of a message's attributes, in
// hexadecimal; empty without attributes.
func AttributesMD5(attributes map[string]Attribute) string { return digestAttributes(attributes) }
