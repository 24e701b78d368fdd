package main

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"strings"

	"nndl"
	"nndl/cmd/internal/literate"
	"nndl/cmd/internal/plot"
)

// figures draws all figures, each for the test, the example or the file of that name. Some need a network that reads,
// and train it on this number of digits.
func figures(s *literate.Source, digits int) map[string][]*plot.Figure {
	drawn := map[string][]*plot.Figure{
		"TestBook3_SigmoidPrime": {slope()},
		"TestExercise1_2":        {limit()},
		"TestExercise1_3":        {binary()},
		"TestExercise1_4":        {steepest()},
		"ExampleGradient_byHand": {byHand()},
		"TestExercise3_1":        {entropy()},
		"TestExercise3_2":        {slowdown()},
		"TestExercise3_3":        {shares()},
		"mnist.go":               append(learning(digits), hands(s)),
	}
	maps.Copy(drawn, figuresOfChapter4())
	maps.Copy(drawn, figuresOfChapter5())
	maps.Copy(drawn, figuresOfChapter6())
	return drawn
}

// xy returns a point.
func xy(x, y float64) plot.Point { return plot.Point{X: x, Y: y} }

// descend makes one step of gradient descent on all examples.
func descend(net *nndl.Network, cost nndl.Cost, eta float64, data nndl.Data) {
	sgd := nndl.SGD{Cost: cost, Eta: eta, BatchSize: data.Len()}
	if _, err := sgd.Epoch(net, data, 0); err != nil {
		panic(err) // no figure has settings that do not fit
	}
}

func slope() *plot.Figure {
	f := &plot.Figure{ID: "slope", Title: "Where a sigmoid neuron is saturated, σ is flat and σ' is next to nothing",
		Text:  "Two curves over z from −8 to 8: σ rises from 0 to 1, most steeply at 0, where σ' has its top, ¼.",
		Given: fmt.Sprintf("Shaded is what is beyond ±4. There σ' is below %.3f.", nndl.SigmoidPrime(4))}
	z := plot.Axis{Name: "weighted input z", Min: -8, Max: 8}
	for i, y := range []plot.Axis{{Name: "σ(z)", Max: 1}, {Name: "σ'(z)", Max: 0.25}} {
		p := f.Panel(130, z, y)
		for _, end := range []float64{-8, 8} {
			p.Area("share1", end/2, end, func(float64) (low, high float64) { return 0, y.Max })
		}
		p.Function(plot.Series(i), -8, 8, []func(float64) float64{nndl.Sigmoid, nndl.SigmoidPrime}[i])
	}
	return f
}

func limit() *plot.Figure {
	f := &plot.Figure{ID: "limit", Title: "The larger c, the nearer σ(cz) is to the step; but at 0 it is always ½",
		Text: "Curves of σ(cz) over z for c = 1, 4, 16 and 64, and the step. With c they become steeper and come " +
			"nearer to the step, but all pass through ½ at z = 0, where the step is 0."}
	p := f.Panel(250, plot.Axis{Name: "weighted input z", Min: -2, Max: 2}, plot.Axis{Name: "answer", Max: 1})
	p.Curve("wide", xy(-2, 0), xy(0, 0))
	p.Curve("wide", xy(0, 1), xy(2, 1))
	var lines []string
	for i, c := range []float64{1, 4, 16, 64} {
		p.Function(plot.Series(i), -2, 2, func(z float64) float64 { return nndl.Sigmoid(c * z) })
		lines = append(lines, plot.Series(i), fmt.Sprintf("σ(cz), c = %v", c))
	}
	p.Legend(xy(0.8, 0.6), append(lines, "wide", "the step")...)
	p.Dot("ring", xy(0, 1))
	p.Dot("", xy(0, nndl.Step(0)))
	p.Dot("", xy(0, nndl.Sigmoid(0)))
	p.Say(xy(0, 0.5), -12, -8, "end halo", "σ = ½ for every c")
	p.Say(xy(0, 0), 10, -9, "halo", "the step is 0 at z = 0")
	return f
}

func binary() *plot.Figure {
	f := &plot.Figure{ID: "binary", Title: "Each weighted input of the binary layer is beyond ±0.90 on its side",
		Text: "A row for every digit: four signs, + where a bit is 1, and four bars, right of 0.90 where it is 1 and " +
			"left of −0.90 where it is 0. With the + that the text has for bit 1 of the digit 9, 9 reads as 11.",
		Given: "The signs are those of the weights, each +1 or −1. A bar, for bit 3 the highest, is the range of z " +
			"where the output of the digit is from 0.99 to 1 and all others from 0 to 0.01."}
	rows := plot.Axis{Name: "digit", Min: 9.7, Max: -1.3}
	for digit := range 10 {
		rows.Ticks, rows.Labels = append(rows.Ticks, float64(digit)), append(rows.Labels, fmt.Sprint(digit))
	}
	p := f.Panel(430, plot.Axis{Name: "weighted input z", Min: -1.2, Max: 1.2, Ticks: []float64{-0.9, 0, 0.9}}, rows)
	bar := func(class string, digit, bit int, w []float64) plot.Point {
		low, high := min(0.99*w[digit], w[digit]), max(0.99*w[digit], w[digit])
		for k := range w {
			if k != digit {
				low, high = low+min(0, 0.01*w[k]), high+max(0, 0.01*w[k])
			}
		}
		y := float64(digit) + 0.3 - 0.2*float64(bit)
		p.Curve("bar "+class, xy(low, y), xy(high, y))
		return xy(low, y)
	}
	for bit, w := range nndl.BinaryLayer().Weights[1] {
		x := 0.3 - 0.2*float64(bit)
		p.Tag(p.At(xy(x, -0.9)), "name", fmt.Sprintf("bit %d", bit))
		for digit, weight := range w {
			bar("s1", digit, bit, w)
			p.Tag(p.At(xy(x, float64(digit))), "title", map[float64]string{1: "+", -1: "−"}[weight])
		}
		if bit == 1 {
			w[9] = 1 // as the text has it
			p.Say(bar("s2", 9, 1, w), -8, 4, "end s2", "text: +")
		}
	}
	p.Curve("thin dash", xy(-0.9, 9.7), xy(-0.9, -0.7))
	p.Curve("thin dash", xy(0.9, 9.7), xy(0.9, -0.7))
	return f
}

// steepest descends on the cost of a linear neuron with two weights and no bias: a bowl.
func steepest() *plot.Figure {
	data := nndl.Examples{{X: []float64{1.7, 0.9}, Y: []float64{2}}, {X: []float64{-0.5, 0.9}, Y: []float64{-0.2}}}
	moved := func(from plot.Point, eta float64) plot.Point {
		net := nndl.New(nndl.LinearNeurons, 2, 1)
		w := net.Weights[1][0]
		w[0], w[1] = from.X, from.Y
		descend(net, nndl.Quadratic, eta, data)
		return xy(w[0], w[1])
	}
	cost := func(at plot.Point) float64 {
		c := func(e nndl.Example) float64 { return nndl.Quadratic.Of([]float64{at.X*e.X[0] + at.Y*e.X[1]}, e.Y) }
		return (c(data[0]) + c(data[1])) / 2
	}
	f := &plot.Figure{ID: "steepest", Title: "−∇C is the steepest way; short steps are slow, too long ones overshoot",
		Given: "The quadratic cost of a linear neuron on two examples, eight steps of each η, two arrows 0.8 long."}
	p := f.Panel(318, plot.Axis{Name: "weight w_0", Min: -2, Max: 3}, plot.Axis{Name: "weight w_1", Min: -1, Max: 2.6})
	p.Contours("contour", cost, 0.05, 0.2, 0.5, 1, 1.8, 3, 4.5, 6.5, 9)
	say := func(at plot.Point, dx, dy float64, class, text string) {
		p.Dot(class, at)
		p.Tag(xy(p.At(at).X+dx, p.At(at).Y+dy), class, text)
	}
	points := []plot.Point{xy(-1.2, 1.9)}
	for i, of := range []struct{ eta, named, dx, dy float64 }{{0.12, 8, -30, 20}, {0.5, 3, 48, 0}, {1.02, 1, 44, 0}} {
		for k := range 8 {
			points = append(points[:k+1], moved(points[k], of.eta))
			p.Dot(plot.Series(i), points[k+1])
		}
		p.Curve(plot.Series(i), points...)
		say(points[int(of.named)], of.dx, of.dy, plot.Series(i), fmt.Sprintf("η = %v", of.eta))
	}
	say(points[0], 0, 18, "", "start")
	say(xy(1, 1/3.0), 40, 20, "ring", "least C")
	from := xy(-1.6, -0.9)
	down := moved(from, 1)
	angle := math.Atan2(down.Y-from.Y, down.X-from.X)
	var falls []any
	for i, text := range []string{"−∇C: C falls by %.2f", "turned by 60°: by %.2f"} {
		turned := angle + float64(i)*math.Pi/3
		end := xy(from.X+0.8*math.Cos(turned), from.Y+0.8*math.Sin(turned))
		falls = append(falls, cost(from)-cost(end))
		p.Arrow([]string{"line", "line dash"}[i], p.At(from), p.At(end))
		p.Tag(xy(p.At(end).X+84, p.At(end).Y+14), "", fmt.Sprintf(text, falls[i]))
	}
	f.Text = fmt.Sprintf("Contours of a cost C over two weights, ellipses around its lowest point. The steps with "+
		"η = 0.12 are not yet half way to it, with η = 0.5 they come near, with η = 1.02 they jump to and fro across "+
		"the valley. Along an arrow down −∇C the cost falls by %.2f, along one turned by 60° by %.2f.", falls...)
	return f
}

// byHand draws the network of ExampleGradient_byHand, once forward and once back.
func byHand() *plot.Figure {
	net := nndl.New(nndl.SigmoidNeurons, 2, 2, 1)
	net.Weights[1], net.Biases[1] = [][]float64{{1, -1}, {1, 0.5}}, []float64{1, -1}
	net.Weights[2], net.Biases[2] = [][]float64{{2, -2}}, []float64{0.5}
	x, y := []float64{1, 2}, []float64{1}
	z, a := net.Activations(x)
	nabla, err := nndl.Gradient(net, nndl.Quadratic, x, y)
	if err != nil {
		panic(err)
	}
	f := &plot.Figure{ID: "byhand", Height: 410, Title: "Forward, each neuron gets its z and a; back, its error δ",
		Text:  "2 inputs, 2 hidden neurons and 1 output, once forward and once back, with the numbers of the example.",
		Given: "y is the output that is desired, C the quadratic cost, and σ' means σ'(z). δ is ∂C/∂b too."}
	f.Note(xy(1, 14), "", "Forward. On the lines: the weights w.")
	layers(f, 56, net, false, func(l, j int) []string {
		return []string{"b = " + rounded(net.Biases[l][j]), "z = " + rounded(z[l][j]), "a = " + rounded(a[l][j])}
	})
	f.Note(xy(479, 158), "end", fmt.Sprintf("y = %v", y[0]))
	f.Note(xy(479, 178), "end", "C = ½(a − y)² = "+rounded(nndl.Quadratic.Of(a[2], y)))
	f.Note(xy(1, 224), "", "Back. On the lines: the derivatives ∂C/∂w.")
	layers(f, 266, nabla, true, func(l, j int) []string {
		return []string{"σ' = " + rounded(nndl.SigmoidPrime(z[l][j])), "δ = " + rounded(nabla.Biases[l][j])}
	})
	f.Note(xy(479, 378), "end", "∂C/∂a = a − y = "+rounded(a[2][0]-y[0]))
	return f
}

// layers draws a network of layers 2, 2 and 1, with lines of text in each neuron, and the weights on the connections.
func layers(f *plot.Figure, top float64, net *nndl.Network, back bool, text func(l, j int) []string) {
	at := func(l, j int) plot.Point { return xy(44+196*float64(l), top+[]float64{0, 104, 52}[j+2*(l/2)]) }
	for l, size := range net.Sizes {
		for j := range size {
			lines := []string{fmt.Sprintf("x_%d = %d", j, j+1)}
			if l > 0 {
				lines = text(l, j)
			}
			middle := at(l, j)
			f.Element("rect", "class", "box", "x", middle.X-43, "y", middle.Y-30, "width", 86, "height", 60, "rx", 8)
			for i, line := range lines {
				f.Note(xy(middle.X, middle.Y+13-9*float64(len(lines))+18*float64(i)), "middle", line)
			}
			for k := 0; l > 0 && k < net.Sizes[l-1]; k++ {
				from, to, t := at(l-1, k), middle, 0.5
				if l == 1 && j != k {
					t = 0.3 // clear of the crossing
				}
				from.X, from.Y = from.X+43, from.Y+12*(float64(j)-0.5)*float64(2-l)
				to.X, to.Y = to.X-43, to.Y+12*(float64(k)-0.5)
				weight := xy(from.X+t*(to.X-from.X), from.Y+t*(to.Y-from.Y))
				if back {
					from, to = to, from
				}
				f.Arrow("line thin", from, to)
				f.Tag(weight, "", rounded(net.Weights[l][j][k]))
			}
		}
	}
}

// rounded writes a number with at most four digits after the point.
func rounded(x float64) string { return plot.Label(math.Round(x*1e4) / 1e4) }

func slowdown() *plot.Figure {
	f := &plot.Figure{ID: "slowdown",
		Given: "One sigmoid neuron with the input 1. It starts at w = b = 2 and learns with η = 0.15 to answer 0."}
	epochs := plot.Axis{Name: "epoch", Max: 300}
	output := f.Panel(130, epochs, plot.Axis{Name: "output a, where 0 is desired", Max: 1})
	down := f.Panel(130, epochs, plot.Axis{Name: "cost C, as a part of what it was at first", Max: 1})
	data := nndl.Examples{{X: []float64{1}, Y: []float64{0}}}
	var needed []any // epochs until a is below ½
	for i, cost := range []nndl.Cost{nndl.Quadratic, nndl.CrossEntropy} {
		net := nndl.New(nndl.SigmoidNeurons, 1, 1)
		net.Weights[1][0][0], net.Biases[1][0] = 2, 2
		first := cost.Of(net.FeedForward(data[0].X), data[0].Y)
		var outputs, costs []plot.Point
		for epoch := range 301 {
			a := net.FeedForward(data[0].X)
			if len(needed) == i && a[0] < 0.5 {
				needed = append(needed, epoch)
			}
			outputs = append(outputs, xy(float64(epoch), a[0]))
			costs = append(costs, xy(float64(epoch), cost.Of(a, data[0].Y)/first))
			descend(net, cost, 0.15, data)
		}
		output.Curve(plot.Series(i), outputs...)
		down.Curve(plot.Series(i), costs...)
	}
	output.Legend(xy(66, 0.6), "s1", "quadratic cost", "s2", "cross-entropy")
	const title = "Badly wrong, a neuron needs %d epochs to a = ½ under the quadratic cost, %d under the cross-entropy"
	f.Title = fmt.Sprintf(title, needed...)
	f.Text = "Output and cost over 300 epochs. The output is 0.98 at first. Under cross-entropy both fall at once. " +
		"Under the quadratic cost they stay where they are for more than a hundred epochs."
	return f
}

func entropy() *plot.Figure {
	f := &plot.Figure{ID: "entropy", Title: "The cross-entropy is least at a = y, where it is the binary entropy H(y)",
		Text: "Curves of the cross-entropy over the output a, for y = 0, 0.2, 0.5, 0.8 and 1. Each has its lowest " +
			"point at a = y. These points lie on the curve of H, which is 0 at 0 and 1 and largest, 0.69, at ½."}
	p := f.Panel(280, plot.Axis{Name: "output a", Max: 1}, plot.Axis{Name: "cross-entropy C, in nats", Max: 2})
	p.Function("wide", 0, 1, nndl.BinaryEntropy)
	var lines []string
	for i, y := range []float64{0, 0.2, 0.5, 0.8, 1} {
		p.Function(plot.Series(i), 1e-9, 1-1e-9, func(a float64) float64 {
			return nndl.CrossEntropy.Of([]float64{a}, []float64{y})
		})
		p.Dot(plot.Series(i), xy(y, nndl.BinaryEntropy(y)))
		lines = append(lines, plot.Series(i), fmt.Sprintf("C, y = %v", y))
	}
	p.Legend(xy(0.39, 1.9), append(lines, "wide", "H(a)")...)
	return f
}

func shares() *plot.Figure {
	f := &plot.Figure{ID: "softmax", Title: "As c grows, the largest z takes all; of two that are largest, each a half",
		Text: "The three outputs of softmax of cz as shares of 1, over c, for z = (1, 2, 3) and z = (1, 3, 3). For " +
			"small c all have a third. For large c the largest z has everything, or each of the two largest a half."}
	for _, z := range [][]float64{{1, 2, 3}, {1, 3, 3}} {
		over := plot.Axis{Name: "c", Min: -2, Max: 2, Labels: []string{"0.01", "0.1", "1", "10", "100"}}
		name := fmt.Sprintf("outputs for z = (%v, %v, %v), as shares of 1", z[0], z[1], z[2])
		p := f.Panel(150, over, plot.Axis{Name: name, Max: 1})
		share := func(log float64, j int) (low, high float64) { // of output j, above those before
			a := make([]float64, len(z))
			nndl.SoftmaxC(a, z, math.Pow(10, log))
			for k := range j {
				low += a[k]
			}
			return low, low + a[j]
		}
		for j := range z {
			p.Area(fmt.Sprintf("share%d", j+1), -2, 2, func(log float64) (float64, float64) { return share(log, j) })
			low, high := share(-1.7, j)
			p.Say(xy(-1.7, (low+high)/2), 0, 4, "", fmt.Sprintf("a_%d, of z_%d = %v", j, j, z[j]))
		}
		p.Curve("thin dash", xy(0, 0), xy(0, 1))
		p.Say(xy(0, 0.86), 8, 0, "", "c = 1: softmax itself")
	}
	return f
}

// hands draws the ways of the pen that the source has for every digit, and digits drawn from them.
func hands(s *literate.Source) *plot.Figure {
	var ways [10][]string
	most := 0
	for _, way := range regexp.MustCompile(`"(\d)((?:[ |]\d\d)+)"`).FindAllSubmatch(s.Files["mnist.go"].Text, -1) {
		digit := way[1][0] - '0'
		ways[digit] = append(ways[digit], string(way[2]))
		most = max(most, len(ways[digit]))
	}
	size := plot.Width / (float64(most) + 0.4 + 1.05*6)
	right := size * (float64(most) + 0.4)
	f := &plot.Figure{ID: "hands", Height: 20 + 11.5*size,
		Title: "A drawn digit is a path of the pen, in a hand that leans, bends and trembles",
		Text:  "Ten rows, one for each digit: the ways of the pen to write it, and six digits drawn at random."}
	f.Note(xy(0, 10), "name", "the ways of the pen")
	f.Note(xy(right, 10), "name", "digits drawn from them")
	digits := nndl.DrawDigits(60, 1)
	for digit := range ways {
		y := 20 + 1.15*size*float64(digit)
		for i, way := range ways[digit] {
			for _, stroke := range strings.Split(way, "|") {
				pen(f, strings.Fields(stroke), xy(size*float64(i), y), size)
			}
		}
		for i := range 6 {
			f.Digit(xy(right+1.05*size*float64(i), y), size, digits.Image(10*i+digit))
		}
	}
	return f
}

// pen draws a stroke of digitWays as smoothStroke does: from the middle of two points to the middle of the next two.
func pen(f *plot.Figure, points []string, corner plot.Point, size float64) {
	at := func(i int) plot.Point {
		p := points[min(i, len(points)-1)]
		return xy(corner.X+size*(0.1+float64(p[0]-'0')/12), corner.Y+size*(0.1+float64(p[1]-'0')/12))
	}
	d := fmt.Sprintf("M%.1f %.1f", at(0).X, at(0).Y)
	for i := range points {
		via, next := at(i), at(i+1)
		d += fmt.Sprintf("Q%.1f %.1f %.1f %.1f", via.X, via.Y, (via.X+next.X)/2, (via.Y+next.Y)/2)
	}
	f.Element("path", "class", "line", "d", d)
}

// learning trains a network under each of the three costs, and draws how well it reads after each epoch, what the last
// one learnt, and its mistakes.
func learning(digits int) []*plot.Figure {
	all := nndl.DrawDigits(digits+digits/3, 1)
	train, test := all.Slice(0, digits), all.Slice(digits, all.Len())
	var curves []plot.Curve
	var net *nndl.Network
	for i, cost := range []nndl.Cost{nndl.Quadratic, nndl.LogLikelihood, nndl.CrossEntropy} {
		net = nndl.New(nndl.SigmoidNeurons, nndl.Side*nndl.Side, 30, 10)
		net.Output = []nndl.Activation{nndl.SigmoidNeurons, nndl.SoftmaxLayer, nndl.SigmoidNeurons}[i]
		net.InitScaled(1)
		sgd := nndl.SGD{Cost: cost, Eta: []float64{3, 0.25, 0.25}[i], BatchSize: 10, Seed: 1}
		c := plot.Curve{Name: fmt.Sprintf("%v, η = %v", cost, sgd.Eta)}
		for epoch := range 10 {
			if _, err := sgd.Epoch(net, train, epoch); err != nil {
				panic(err)
			}
			share := float64(nndl.Correct(net, test)) / float64(test.Len())
			c.Points = append(c.Points, xy(float64(epoch+1), 100*share))
		}
		curves = append(curves, c)
	}
	f := &plot.Figure{ID: "learning", Title: "The network learns to read under each of the costs, if η fits it",
		Given: fmt.Sprintf("Three networks, layers of %d, %d and %d neurons, learnt from the same %d drawn digits, in "+
			"mini-batches of 10.", net.Sizes[0], net.Sizes[1], net.Sizes[2], digits)}
	f.Curves(fmt.Sprintf("of %d test digits, read correctly, in per cent", test.Len()), curves)
	exam := plot.Examine(net, test)
	misread := exam.Digits(test, 6)
	misread.Given = fmt.Sprintf("The network that learnt by cross-entropy misread %d of %d, where the pen had bent a "+
		"digit towards another. The first shown is of the commonest mistake.", len(exam.Misread), test.Len())
	return []*plot.Figure{f, plot.Weights(net), exam.Matrix(), misread}
}
