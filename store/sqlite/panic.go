package sqlite

// Stack tells where a closure panicked: the writer's goroutine, not the caller's.
func (p *closurePanic) Stack() []byte { return p.stack }
