package main

import (
	"fmt"

	"nndl"
	"nndl/cmd/internal/plot"
)

// figuresOfChapter6 draws the figures of the book's chapter 6, each for the test of that name.
func figuresOfChapter6() map[string][]*plot.Figure {
	return map[string][]*plot.Figure{"TestBook6_FeatureMaps": {featureMaps(2, 1)}}
}

// featureMaps draws a digit, its map of left edges and this pooled by 2×2; the same for the digit moved to the right by
// some pixels; and the differences that are left when the second is moved back, by whole neurons.
func featureMaps(digit, shift float64) *plot.Figure {
	const paper, places, half, size = nndl.Side, nndl.Side - 4, (nndl.Side - 4) / 2, 140.0
	pixels, moved := nndl.DrawDigits(10, 1).Image(int(digit)), int(shift)
	net := nndl.New(nndl.SigmoidNeurons, paper*paper, places*places)
	for j, w := range net.Weights[1] {
		net.Biases[1][j] = -3
		for i := range 25 {
			w[paper*(j/places+i/5)+j%places+i%5] = []float64{-1, -1, 0, 1, 1}[i%5]
		}
	}
	layers := func(by int) [][]float64 { // the pixels, the map, the pooled map
		x, pooled := make([]float64, paper*paper), make([]float64, half*half)
		d := nndl.Digits{Pixels: append(make([]byte, by), pixels...)[:len(x)], Labels: []byte{0}} // no ink is near the border
		d.Example(0, x, make([]float64, 10))
		a := net.FeedForward(x)
		for j, v := range a {
			pooled[j/places/2*half+j%places/2] = max(pooled[j/places/2*half+j%places/2], v)
		}
		return [][]float64{x, a, pooled}
	}
	f := &plot.Figure{ID: "featuremaps", Height: 3*size + 78, Given: "The weights of a 5×5 field are −1, −1, 0, 1, 1 in " +
		"each row, the bias is −3. Pooled is the largest of 2×2. The last row is the second, moved back, less the first."}
	before, after, differ, names := layers(0), layers(moved), [3]int{}, []string{"28×28 pixels", "24×24 map", "pooled"}
	for c, side := range []int{paper, places, half} {
		difference, back := make([]float64, side*side), []int{moved, moved, moved / 2}[c]
		for k := range difference {
			if k%side+back < side { // else there is nothing to compare with
				difference[k] = max(after[c][k+back]-before[c][k], before[c][k]-after[c][k+back])
				differ[c] += int(nndl.Step(difference[k]))
			}
		}
		for r, values := range [][]float64{before[c], after[c], difference} {
			x, y, ink := float64(c)*(size+29)+1, 20+float64(r)*(size+26), make([]byte, paper*paper)
			for k, v := range values {
				ink[paper*(k/side)+k%side] = byte(255 * v)
			}
			f.Note(xy(x, y-6), "name", []string{names[c], "moved", fmt.Sprintf("%d differ", differ[c])}[r])
			f.Line("axis", xy(x, y), xy(x+size, y), xy(x+size, y+size), xy(x, y+size), xy(x, y))
			f.Digit(xy(x, y), size*paper/float64(side), ink)
		}
	}
	f.Title = fmt.Sprintf("A digit moves by %v, its map with it; %d neurons of the pooled map differ", shift, differ[2])
	f.Text = fmt.Sprintf("A %v, its map and the pooled map; the same moved; how many differ then: %v.", digit, differ)
	return f
}
