package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"nndl"
)

// answers calls look for every test digit with the network's outputs for it.
func answers(net *nndl.Network, test nndl.Digits, look func(i int, a []float64)) {
	x, y := make([]float64, nndl.Side*nndl.Side), make([]float64, 10)
	for i := range test.Len() {
		clear(x)
		clear(y)
		test.Example(i, x, y)
		look(i, net.FeedForward(x))
	}
}

// show draws the n digits that the network read wrongly with the largest outputs.
func show(w io.Writer, net *nndl.Network, test nndl.Digits, n int) {
	type mistake struct {
		i, answer int
		sure      float64
	}
	var wrong []mistake
	answers(net, test, func(i int, a []float64) {
		if answer := nndl.Argmax(a); answer != int(test.Labels[i]) {
			wrong = append(wrong, mistake{i, answer, a[answer]})
		}
	})
	slices.SortStableFunc(wrong, func(p, q mistake) int { return cmp.Compare(q.sure, p.sure) })
	fmt.Fprintf(w, "\n%d of %d test digits misread", len(wrong), test.Len())
	if n = min(n, len(wrong)); n > 0 {
		fmt.Fprintf(w, "; those it was surest of:")
	}
	fmt.Fprintln(w)
	for _, m := range wrong[:n] {
		fmt.Fprintf(w, "\ntest digit %d: read as %d (output %.4f), is %d\n", m.i, m.answer, m.sure, test.Labels[m.i])
		draw(w, test.Image(m.i))
	}
	fmt.Fprintln(w)
}

// draw prints a digit. One line shows two rows of pixels, because a character is twice as high as it is wide.
func draw(w io.Writer, pixels []byte) {
	shades := []rune(" ░▒▓█")
	for y := 0; y < nndl.Side; y += 2 {
		line := make([]rune, nndl.Side)
		for x := range line {
			grey := (int(pixels[y*nndl.Side+x]) + int(pixels[(y+1)*nndl.Side+x])) / 2
			line[x] = shades[grey*len(shades)/256]
		}
		fmt.Fprintf(w, "    %s\n", string(line))
	}
}

// spell puts the binary layer of exercise 1.3 behind the network. It reports on how many test digits the assumption of
// the exercise holds, and whether on these the four bits spell the digit that the network chose.
func spell(w io.Writer, net *nndl.Network, test nndl.Digits) {
	binary := nndl.BinaryLayer()
	decided, spelled := 0, 0
	answers(net, test, func(_ int, a []float64) {
		large, small := 0, 0
		for _, x := range a {
			if x >= 0.99 {
				large++
			} else if x < 0.01 {
				small++
			}
		}
		if large != 1 || small != len(a)-1 {
			return
		}
		decided++
		digit := 0
		for j, bit := range binary.FeedForward(a) {
			digit |= int(bit) << j
		}
		if digit == nndl.Argmax(a) {
			spelled++
		}
	})
	fmt.Fprintf(w, "\nexercise 1.3: on %s test digits one output is at least 0.99 and the others below 0.01;\n",
		share(decided, test.Len()))
	if spelled == decided {
		fmt.Fprintf(w, "on all of these the four bits spell the digit that the network chose\n\n")
	} else {
		fmt.Fprintf(w, "on only %d of these the four bits spell the digit that the network chose\n\n", spelled)
	}
}
