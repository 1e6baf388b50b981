// Package community holds the words that every other room speaks: messages,
// events, requests, rolls, resources, the scene a decision looks at and the
// plan it returns. It does no I/O, knows no clock and imports nothing of ours.
//
// All values are plain data: a method that changes something returns a new
// value. What is stored is the JSON of these types, so a field may be added
// but never change its meaning.
package community
