package main

import (
	"fmt"
	"math"

	"nndl"
	"nndl/cmd/internal/plot"
)

// figuresOfChapter5 draws the figures for the tests of chapter 5. Their parameters are what a reader might change.
func figuresOfChapter5() map[string][]*plot.Figure {
	return map[string][]*plot.Figure{
		"TestBook5_GradientsOfDigits": {speeds(5, 1)},
		"TestBook5_WidthOfLearning":   {window(6.894)},
	}
}

// speeds draws ‖δ^l‖ by layer for up to so many hidden layers, from 2 to 5. The first weights are larger than those of
// N(0, 1/n) by a factor, from 1 to 20. One digit of each kind is enough: a thousand change the picture little.
func speeds(hidden, larger float64) *plot.Figure {
	f := &plot.Figure{ID: "speeds", Given: fmt.Sprintf("Before training: the length of the mean gradient of ten drawn "+
		"digits by the biases of each hidden layer of 30 neurons. The weights are from N(0, 1/n), times %s.",
		plot.Label(larger))}
	p := f.Panel(250, plot.Axis{Name: "hidden layer l, counted from the inputs", Min: 0.7, Max: 5.3,
		Ticks: []float64{1, 2, 3, 4, 5}}, plot.Axis{Name: "‖δ^l‖", Min: -4, Max: 1,
		Labels: []string{"0.0001", "0.001", "0.01", "0.1", "1", "10"}})
	digits, sizes := nndl.DrawDigits(10, 1), []int{nndl.Side * nndl.Side}
	var first, last float64
	var lines []string
	for h := range int(hidden) {
		sizes = append(sizes, 30)
		net := nndl.New(nndl.SigmoidNeurons, append(sizes[:h+2:h+2], 10)...)
		net.InitScaled(1)
		for l := range net.Weights {
			for _, w := range net.Weights[l] {
				for k := range w {
					w[k] *= larger
				}
			}
		}
		before := net.Clone()
		descend(net, nndl.CrossEntropy, 1, digits) // by minus the mean gradient
		var points []plot.Point
		for l := 1; l <= h+1; l++ {
			last = 0
			for j, b := range before.Biases[l] {
				last = math.Hypot(last, b-net.Biases[l][j])
			}
			points = append(points, xy(float64(l), math.Log10(last)))
			p.Dot(plot.Series(h), points[l-1])
		}
		p.Curve(plot.Series(h), points...)
		lines = append(lines, plot.Series(h), fmt.Sprintf("of %d", h+1))
		first = math.Pow(10, points[0].Y)
		f.Text += fmt.Sprintf("With %d hidden layers, ‖δ^1‖ is %s and that of the last %s. ", h+1, plot.Label(first),
			plot.Label(last))
	}
	p.Legend(xy(4.5, -1.9), lines...)
	f.Title = fmt.Sprintf("Of %v hidden layers the first has %.2g times the gradient of the last", hidden, first/last)
	return f
}

// window draws the width of the inputs a for which a neuron with the weight w has |wσ'(wa + b)| ≥ 1, and these inputs.
func window(w float64) *plot.Figure {
	width := func(w float64) float64 { return 2 / w * math.Log(w*(1+math.Sqrt(1-4/w))/2-1) }
	f := &plot.Figure{ID: "window", Title: "A neuron passes the gradient on undiminished for few inputs: " +
		"within 0.448 at most, at |w| = 6.894",
		Text: "The width of the inputs with |wσ'(wa + b)| ≥ 1, over |w|. It is 0 at |w| = 4, rises steeply to 0.448 at " +
			"6.894, and falls slowly. Below, |wσ'(wa + b)| over a, a bell around a = ½; where it is 1 or more is shaded.",
		Given: fmt.Sprintf("Below, w = %s and b = −w/2, so that z = 0 at a = ½.", plot.Label(w))}
	p := f.Panel(150, plot.Axis{Name: "|w|", Max: 40}, plot.Axis{Name: "width of the inputs a with |wσ'(wa + b)| ≥ 1",
		Max: 0.6})
	p.Function("s1", 4, 40, width)
	q := f.Panel(150, plot.Axis{Name: "input a", Max: 1}, plot.Axis{Name: "|wσ'(wa + b)|", Max: max(2, 0.28*w)})
	factor := func(a float64) float64 { return w * nndl.SigmoidPrime(w*(a-0.5)) }
	if w >= 4 {
		p.Dot("s1", xy(w, width(w)))
		p.Say(xy(w, width(w)), 0, -10, "middle halo", fmt.Sprintf("%.3g", width(w)))
		q.Area("share1", 0.5-width(w)/2, 0.5+width(w)/2, func(a float64) (low, high float64) { return 0, factor(a) })
	}
	q.Curve("thin dash", xy(0, 1), xy(1, 1))
	q.Function("s1", 0, 1, factor)
	return f
}
