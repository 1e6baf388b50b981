// Package channeltest is the examination that every channel sits. A channel
// comes with a platform: real or fake, but reached the way its users reach it.
// The suite plays the people in a group and looks at what they were shown.
// It promises nothing for a channel: Features says what a channel promises,
// and only that is examined.
package channeltest

import (
	"testing"
	"time"

	"linli/bot"
	"linli/community"
)

// Features is what a channel promises. What it does not promise is skipped.
type Features struct {
	Acks     bool // people are told whether their words were taken, and bring again what was not
	Again    bool // the channel itself brings again what the house did not take
	Dates    bool // the platform says when something was said
	Quotes   bool // people can quote
	Mentions bool // people can @ the bot and each other
	Photos   bool // people can send photos
	Recalls  bool // people can take words back
	Private  bool // people can write to the bot alone
	Robots   bool // the platform, or a setting, tells other programs from people
	Echo     bool // the platform brings the bot's own words back
	Wire     bool // Send goes over a connection: it can be cut, refused and left unanswered
	Limits   bool // the platform says when it has had enough
}

// Options is what the examination is given.
type Options struct {
	Features Features
	Open     func(t *testing.T) Platform // a fresh channel, not yet running, and what is behind it
}

// A Platform is one channel with the people behind it.
type Platform struct {
	Channel bot.Channel
	Attach  func(*bot.Bot)                        // gives the channel its house; nil if it needs none
	Ready   func(t *testing.T)                    // returns when people can talk
	Group   community.Handle                      // of the group that everybody is in
	Other   []community.Handle                    // handles that are not this channel's, or not any more
	Say     func(t *testing.T, s Said) bool       // somebody says something; false when they were told that it was not taken
	Shown   func(t *testing.T) []Shown            // what the group was shown of the bot's words, oldest first
	ShownTo func(t *testing.T, p string) []string // what somebody was shown in their own chat with the bot
	Cut     func()                                // breaks the connection without a word; the platform may connect anew
	Next    func(Fate)                            // what happens to the next send
}

// Said is something a person says. The same Key again is the same words brought again.
type Said struct {
	Key     string
	Person  string // as the group calls them: 张阿姨 3-502
	Text    string
	AtBot   bool
	AtOther string // a person who has spoken before
	Quote   string // id of the quoted message, as the channel named it
	Recall  string // id of the message to take back, as the channel named it; nothing else is said
	Photo   []byte
	Private bool
	Robot   bool // another program says it
	Own     bool // the platform brings the bot's own word back
	At      time.Time
}

// Shown is one line of the bot's as people see it.
type Shown struct {
	Text     string
	Mentions []string // who is rung by it
	Quote    string   // id of the quoted message, as the channel named it
}

// Fate is what happens to a send.
type Fate int

// The fates of a send.
const (
	Refused    Fate = iota // the platform says no
	TooFast                // the platform says: not so fast
	Unanswered             // the platform shows it and never answers
	CutOff                 // the platform shows it, and the connection breaks before the answer
	LateAnswer             // the answer to an earlier send comes first
)

// Run examines a channel.
func Run(t *testing.T, o Options) {
	f := o.Features
	for _, x := range []struct {
		name    string
		promise bool
		test    func(*testing.T, *exam)
	}{
		{"WordsAreHeard", true, wordsAreHeard},
		{"OrderIsKept", true, orderIsKept},
		{"BroughtTwiceHeardOnce", true, broughtTwice},
		{"NothingIsAckedBeforeItIsTaken", f.Acks, notBefore},
		{"WhatWasNotTakenComesAgain", f.Acks || f.Again, comesAgain},
		{"StrangeWordsAreHeardAsWords", true, strangeWords},
		{"TimeIsThePlatforms", f.Dates, times},
		{"Quote", f.Quotes, quote},
		{"Mention", f.Mentions, mention},
		{"Photo", f.Photos, photo},
		{"Recall", f.Recalls, recall},
		{"PrivateChat", f.Private, private},
		{"OwnWordsAreNotHeard", f.Echo, echo},
		{"RobotsAreMarked", f.Robots, robots},
		{"TextIsShownAsText", true, textIsText},
		{"NobodyIsRung", true, nobodyIsRung},
		{"ManySendsAtOnce", true, manySends},
		{"NowhereIsRefused", true, nowhere},
		{"Caps", true, capabilities},
		{"RunEndsWithItsContext", true, runEnds},
		{"RefusedIsCertain", f.Wire, refused},
		{"TooFastIsForLater", f.Wire && f.Limits, tooFast},
		{"UnansweredIsNotCertain", f.Wire, unanswered},
		{"CutOffIsNotCertain", f.Wire, cutOff},
		{"AnswersAreNotMixedUp", f.Wire, mixedUp},
		{"CutHeals", f.Wire, cutHeals},
	} {
		t.Run(x.name, func(t *testing.T) {
			if !x.promise {
				t.Skip("not promised")
			}
			x.test(t, sit(t, o))
		})
	}
}
