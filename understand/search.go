package understand

import (
	"math"
	"regexp"
	"sort"
	"strings"

	"linli/community"
)

// index is BM25 over character unigrams and bigrams of the resource list; fields count by their weight.
type index struct {
	ids  []string
	post map[string][]posting
	norm []float64
}

type posting struct {
	doc int
	tf  float64
}

const (
	k1     = 1.2
	b      = 0.6
	sure   = 0.09 // share of the question's weight that the best row must explain
	atMost = 10
)

// polite is what a question has around what it asks for.
var polite = regexp.MustCompile(`小邻|@|请问|大家|各位|邻居们?|有没有人?|谁知道|知道|晓得|麻烦|谢谢|一下|想问|问问|我想|我们|我家|家里|咱们?|这边|附近|社区|小区|那个|这个|现在|今天|明天|哪里|哪儿|在哪|怎么|如何|什么|时候|可以|能不能|有吗|有没有|[吗呢啊呀吧嘛么的了是有个去到要我你他们在?？!！。,，\s~]`)

func newIndex(rows []community.Resource) *index {
	x := &index{post: map[string][]posting{}}
	total := 0.0
	for d, r := range rows {
		tf := map[string]float64{}
		for _, f := range []struct {
			text   string
			weight float64
		}{{r.Name, 3}, {strings.Join(r.Keywords, " "), 3}, {r.Category, 1.5}, {r.Description, 1.2}, {r.Audience, 0.7}, {r.Address, 0.4}} {
			for g := range grams(Normalise(f.text)) {
				tf[g] += f.weight
			}
		}
		n := 0.0
		for g, w := range tf {
			x.post[g] = append(x.post[g], posting{d, w})
			n += w
		}
		x.ids, x.norm, total = append(x.ids, r.ID), append(x.norm, n), total+n
	}
	for i := range x.norm {
		x.norm[i] = 1 - b + b*x.norm[i]/(total/float64(len(rows)))
	}
	return x
}

// grams are the single characters and pairs of a text; a single character weighs little by itself.
func grams(t string) map[string]float64 {
	out := map[string]float64{}
	var last rune
	for _, r := range t {
		if r == ' ' || r == '\n' {
			last = 0
			continue
		}
		out[string(r)] = 0.35
		if last != 0 {
			out[string([]rune{last, r})] = 1
		}
		last = r
	}
	return out
}

// search gives the rows that answer a question, best first; none when the list does not explain enough of it.
func (x *index) search(q string) []community.Match {
	if len(x.ids) == 0 {
		return nil
	}
	words := grams(polite.ReplaceAllString(Normalise(q), " "))
	n := float64(len(x.ids))
	score := make([]float64, len(x.ids))
	most := 0.0
	for g, w := range words {
		posts := x.post[g]
		df := float64(len(posts))
		idf := math.Log(1 + (n-df+0.5)/(df+0.5))
		most += w * idf * (k1 + 1) * 0.8
		for _, p := range posts {
			score[p.doc] += w * idf * p.tf * (k1 + 1) / (p.tf + k1*x.norm[p.doc])
		}
	}
	var out []community.Match
	for d, s := range score {
		if s > 0 && most > 0 {
			out = append(out, community.Match{ID: x.ids[d], Score: math.Min(1, s/most)})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Score != out[j].Score {
			return out[i].Score > out[j].Score
		}
		return out[i].ID < out[j].ID
	})
	if len(out) == 0 || out[0].Score < sure {
		return nil
	}
	return out[:min(len(out), atMost)]
}

// Search finds rows for a question, best first; nil when the list cannot answer.
func (r *Reader) Search(q string) []community.Match { return r.index.search(q) }
