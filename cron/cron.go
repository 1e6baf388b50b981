// Package cron knows when, never what: which scheduled moments have come, each
// once, also after the house was down. robfig/cron reads the schedules and
// beats the heart; it tells a job neither the moment it was meant for nor what
// it missed, so that is worked out here.
package cron

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	robfig "github.com/robfig/cron/v3"

	"linli/calendar"
	"linli/community"
)

// A Job is something that happens at scheduled moments of the Chinese day.
type Job struct {
	Name     string
	Spec     string        // minute hour day month weekday
	Grace    time.Duration // how late it may still happen when the house was down
	Workdays bool          // only on working days: a worked Sunday is one, a holiday is not
}

// Table is jobs whose schedules have been read. It never changes.
type Table struct {
	jobs []planned
}

type planned struct {
	Job
	at robfig.Schedule
}

var shanghai = time.FixedZone("CST", 8*3600)

// New reads the schedules of jobs; the error names the one that cannot be read.
func New(jobs []Job) (*Table, error) {
	t := &Table{}
	for _, j := range jobs {
		at, err := robfig.ParseStandard(j.Spec)
		if err != nil {
			return nil, fmt.Errorf("cron: job %s: %w", j.Name, err)
		}
		t.jobs = append(t.jobs, planned{j, at})
	}
	return t, nil
}

// Fire gives the ticks of one community that have come: of each job its latest moment, if that
// is not older than the job's grace. Asked again, it gives the same ticks under the same keys: the
// inbox keeps one. own are the hours a community has chosen for itself, "19:00" by job; one that
// cannot be read leaves the job at its usual time and is told as an error beside the ticks.
func (t *Table) Fire(now time.Time, own map[string]string) (ticks []community.Event, err error) {
	for _, j := range t.jobs {
		at := j.at
		if hour, ok := own[j.Name]; ok {
			if mine, bad := hourly(hour); bad != nil {
				err = errors.Join(err, fmt.Errorf("cron: job %s: %w", j.Name, bad))
			} else {
				at = mine
			}
		}
		if due, ok := j.latest(at, now.In(shanghai)); ok {
			ticks = append(ticks, tick(j.Name, due))
		}
	}
	return ticks, err
}

// latest is the newest moment of a schedule within the job's grace.
func (j planned) latest(at robfig.Schedule, now time.Time) (due time.Time, ok bool) {
	for m := at.Next(now.Add(-j.Grace - time.Nanosecond)); !m.IsZero() && !m.After(now); m = at.Next(m) {
		if !j.Workdays || calendar.Working(m) {
			due, ok = m, true
		}
	}
	return due, ok
}

// tick is keyed by its scheduled moment, so that every replica and every restart names it alike.
func tick(job string, due time.Time) community.Event {
	return community.Event{Key: "tick/" + job + "/" + due.Format("2006-01-02T15:04Z07:00"), At: due, Tick: &community.Tick{Job: job, Due: due}}
}

var hourForm = regexp.MustCompile(`^([01]?\d|2[0-3]):([0-5]\d)$`)

// hourly reads "19:00" as every day at that hour.
func hourly(s string) (robfig.Schedule, error) {
	m := hourForm.FindStringSubmatch(s)
	if m == nil {
		return nil, fmt.Errorf("%q is not an hour like 19:00", s)
	}
	return robfig.ParseStandard(m[2] + " " + m[1] + " * * *")
}
