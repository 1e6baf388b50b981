package understand

// choose picks a reading from the candidates' probabilities. What a message does and which
// request it is about are asked one after the other: many possible requests must not split
// the votes for its being about one at all.
func choose(all []Candidate, p []float32) int {
	var sum [acts]float32
	for i, c := range all {
		sum[c.Act] += p[i]
	}
	link := sum[ActMore] + sum[ActSame] + sum[ActDone] + sum[ActStill]
	top, alone := -1, float32(0)
	for i, c := range all {
		if c.Act < ActMore && (top < 0 || p[i] > alone) {
			top, alone = i, p[i]
		}
	}
	if link <= alone {
		return top
	}
	return bestLink(all, p)
}

// bestLink picks the request that most speaks for, and then what is said about it.
func bestLink(all []Candidate, p []float32) int {
	top, most := -1, float32(-1)
	for i := 0; i < len(all); {
		if all[i].Act < ActMore {
			i++
			continue
		}
		total, at := float32(0), i
		j := i
		for ; j < len(all) && all[j].Request == all[i].Request; j++ {
			total += p[j]
			if p[j] > p[at] {
				at = j
			}
		}
		if total > most {
			top, most = at, total
		}
		i = j
	}
	return top
}
