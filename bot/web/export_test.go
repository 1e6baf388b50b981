package web

// Fingerprint is a short stable word for a value.
func Fingerprint(v any) string { return revision(v) }
