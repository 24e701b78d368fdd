package main

import "testing"

// How long an answer takes: to a drawing, with and without a look into a hidden neuron and the tiles.
func BenchmarkAsk(b *testing.B) {
	room := newRoom(b, 100)
	begin(b, room, 200)
	for name, q := range map[string]fields{
		"drawing": {"strokes": seven},
		"neuron":  {"strokes": seven, "neuron": 50},
		"full":    {"strokes": seven, "full": true},
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				askAnything(b, room, q)
			}
		})
	}
}
