package cron

import "time"

// Jobs is what the house does by the clock. A row here and a handler of its name make a job.
var Jobs = []Job{
	{Name: "digest", Spec: "30 8 * * *", Grace: 3 * time.Hour, Workdays: true},
	{Name: "prune", Spec: "10 3 * * *", Grace: 20 * time.Hour},
}
