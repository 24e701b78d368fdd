package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"nndl"
	"nndl/cmd/internal/diagnose"
	"nndl/cmd/internal/netfile"
)

// A start is what the networks of all pages begin with. The one file carries it along, as JSON.
type start struct {
	Hidden []int  // sizes of the hidden layers of a new network
	Loaded *saved // or else the network that -load names
	Digits *digits
}

// A saved is a network in the form that -load reads, here and in cmd/mnist.
type saved struct {
	netfile.Saved
	Epoch int `json:"epoch"`
}

// A progress is a network, and how far its training is.
type progress struct {
	net *nndl.Network
	sgd nndl.SGD

	Epoch   int     // whole epochs trained
	Trained int     // digits learned from in the next one
	Cost    float64 // the sum over the digits of the epoch that has begun, or else of the last
	Tested  int     // test digits since the last whole epoch, ...
	Correct int     // ... and how many of them were read correctly
	Lessons int     // taught
	Trouble string  // why training does not get on, if so

	start *progress // what training began with
}

const maxHidden = 1_000 // neurons

// newTabs returns room for the networks of pages. They begin with s, and are trained with the settings of cmd/mnist.
func newTabs(s *start) (*tabs, error) {
	lambda := 1e-4 * float64(s.Digits.Training)
	p := &progress{sgd: nndl.SGD{Cost: nndl.CrossEntropy, Eta: 0.25, BatchSize: 10, Lambda: lambda, Seed: 1}}
	sizes := slices.Concat([]int{nndl.Side * nndl.Side}, s.Hidden, []int{10})
	if s.Loaded != nil {
		net, errNet := s.Loaded.Network()
		cost, errCost := netfile.Cost(s.Loaded.Cost)
		if err := cmp.Or(errNet, errCost); err != nil {
			return nil, err
		}
		p.net, p.sgd.Cost, p.Epoch, sizes = net, cost, s.Loaded.Epoch, net.Sizes
		if p.sgd.Cost == nndl.Quadratic {
			p.sgd.Eta, p.sgd.Lambda = 3, 0
		}
	}
	neurons := 0
	for _, n := range sizes[1 : len(sizes)-1] {
		neurons += n
	}
	if sizes[0] != nndl.Side*nndl.Side || sizes[len(sizes)-1] != 10 || neurons > maxHidden || p.Epoch < 0 {
		return nil, fmt.Errorf("layers %v at epoch %d; expected %d inputs, up to %d hidden neurons, 10 outputs, and "+
			"an epoch from 0", sizes, p.Epoch, nndl.Side*nndl.Side, maxHidden)
	}
	if s.Loaded == nil {
		p.net = nndl.New(nndl.SigmoidNeurons, sizes...)
		p.net.InitScaled(p.sgd.Seed)
	}
	p.start = p
	return &tabs{first: p, digits: s.Digits, room: 64}, nil
}

// clone returns a copy to put aside.
func (p *progress) clone() *progress {
	c := *p
	c.net = p.net.Clone()
	return &c
}

// train goes on by about n digits, but not beyond the next test, which is made of the network as it is at the start and
// after every epoch. The steps are those of nndl's SGD.Epoch, in pieces, so that no question takes long. Where they are
// cut changes no bit.
func (p *progress) train(d *digits, n int) error {
	order := p.sgd.Order(d.Training, p.Epoch+1)
	for n > 0 && p.Tested == d.Tests {
		if p.Trained == 0 {
			p.Cost = 0
		}
		m := min(p.sgd.BatchSize, d.Training-p.Trained)
		cost, err := p.sgd.Step(p.net, d.train(), order[p.Trained:p.Trained+m])
		if err != nil {
			return err
		}
		n -= m
		p.Cost += cost
		if p.Trained += m; p.Trained == d.Training {
			p.Epoch, p.Trained, p.Tested, p.Correct = p.Epoch+1, 0, 0, 0
		}
	}
	m := max(0, min(n, d.Tests-p.Tested)) // a mini-batch may be more than n
	p.Correct += nndl.Correct(p.net, d.test().Slice(p.Tested, p.Tested+m))
	if p.Tested += m; m > 0 && p.Tested == d.Tests {
		if err := p.diagnose(d); err != nil {
			return err
		}
	}
	return p.net.Check()
}

// diagnose looks into a network that reads little, by a few digits, so that no question takes long.
func (p *progress) diagnose(d *digits) error {
	p.Trouble = ""
	steps := (p.Epoch - p.start.Epoch) * (d.Training / p.sgd.BatchSize)
	if steps == 0 || float64(p.Correct) >= diagnose.Enough*float64(d.Tests) {
		return nil
	}
	run, err := diagnose.New(&p.sgd, d.train(), 50, steps, p.start.net, p.net)
	if err == nil {
		why, _ := run.Cause()
		p.Trouble, _, _ = strings.Cut(why, ":") // there is room for the cause, not for its figures
	}
	return err
}

// A lesson is what a step of SGD on one drawing did.
type lesson struct {
	Digit   int        // what the drawing is
	Cost    [2]float64 // of the drawing, before and after
	Correct [2]int     // test digits, before and after
}

// teach makes one step of SGD on one digit, a gentle one: the network shall learn this digit and keep what it can.
func (p *progress) teach(digit, tests nndl.Digits) (l *lesson, err error) {
	sgd := nndl.SGD{Cost: p.sgd.Cost, Eta: 0.05, BatchSize: 1}
	l = &lesson{Digit: int(digit.Labels[0])}
	l.Correct[0] = nndl.Correct(p.net, tests)
	if l.Cost[0], err = sgd.Step(p.net, digit, []int{0}); err != nil {
		return nil, err
	}
	l.Correct[1] = nndl.Correct(p.net, tests)
	// Step returns the cost before its step. So the cost now is what another step returns, made by a copy.
	l.Cost[1], err = sgd.Step(p.net.Clone(), digit, []int{0})
	p.Lessons++
	if p.Tested < tests.Len() { // it was another network that has been tested
		p.Tested, p.Correct = 0, 0
	}
	return l, err
}

// digits are those that all networks are tested with and learn from.
type digits struct {
	Tests       int        // how many are to test with: the first ones
	Training    int        // how many are to learn from: the others
	nndl.Digits `json:"-"` // those of all these that are there
}

const drawnTests, drawnTraining, piece = 2_000, 10_000, 200

// draw draws the next piece of the digits. WebAssembly needs seconds for all.
func (d *digits) draw() {
	drawn := nndl.DrawDigits(piece, uint64(1+d.Len()/piece))
	d.Pixels = append(d.Pixels, drawn.Pixels...)
	d.Labels = append(d.Labels, drawn.Labels...)
}

func (d *digits) undrawn() int       { return d.Tests + d.Training - d.Len() }
func (d *digits) test() nndl.Digits  { return d.Slice(0, min(d.Tests, d.Len())) } // those that are there
func (d *digits) train() nndl.Digits { return d.Slice(d.Tests, d.Len()) }         // once all are there

// scaled returns the network as q wants to see it: with every weight and bias times c, or as c → ∞ makes of it
// (Exercise 1.2), a network of perceptrons.
func (q *question) scaled(net *nndl.Network) *nndl.Network {
	if q.C == 1 && !q.Perceptrons {
		return net
	}
	net = net.Clone()
	net.Scale(q.C)
	if q.Perceptrons {
		net.Hidden, net.Output = nndl.Perceptrons, nndl.Perceptrons
	}
	return net
}

// think returns what the network makes of a digit, as q wants to see it: scaled.
func think(q *question, net, scaled *nndl.Network, digit nndl.Digits) *thought {
	x := make([]float64, nndl.Side*nndl.Side)
	digit.Example(0, x, make([]float64, 10))
	z, a := scaled.Activations(x)
	L := len(z) - 1
	t := &thought{A: a[1], Outputs: a[L], Choice: q.Output, Neuron: q.Neuron}
	for _, z := range z[1] {
		t.Z = append(t.Z, z/q.C)
	}
	if q.Shares { // its own c takes the place of the other one, and means the same whatever that one is, even ∞
		t.Outputs = make([]float64, len(z[L]))
		nndl.SoftmaxC(t.Outputs, z[L], q.Softmax/q.C)
	}
	order := slices.Clone(t.Outputs)
	slices.Sort(order)
	largest, second := order[len(order)-1], order[len(order)-2]
	t.Answer, t.Tie = nndl.Argmax(t.Outputs), second == largest
	t.Holds = largest >= 0.99 && second < 0.01
	t.Bits = nndl.BinaryLayer().FeedForward(t.Outputs)
	if t.Choice == -1 {
		t.Choice = t.Answer
	}
	t.Map = votes(scaled, z, a, t.Choice)
	if q.Neuron != -1 {
		products := make([]float64, len(x))
		for k, w := range net.Weights[1][q.Neuron] {
			products[k] = w * x[k]
		}
		t.Products = shades(products)
		for i := 0; L == 2 && i < len(net.Weights[2]); i++ {
			t.Out = append(t.Out, net.Weights[2][i][q.Neuron])
		}
	}
	return t
}

// votes returns how ink at every pixel speaks for output j, or against it: the shades of ∂z^L_j/∂x_k, or nil if hidden
// neurons have no derivative. It goes back from z^L_j as (BP2) goes back from the cost, down to the pixels.
func votes(net *nndl.Network, z, a [][]float64, j int) []byte {
	L := len(z) - 1
	d := slices.Clone(net.Weights[L][j]) // ∂z^L_j/∂a^(L−1)_k
	for l := L - 1; l >= 1; l-- {
		kind, ok := net.Hidden.(nndl.Differentiable)
		if !ok {
			return nil
		}
		kind.Backward(d, z[l], a[l], d) // ∂z^L_j/∂z^l_i
		below := make([]float64, len(a[l-1]))
		for i, w := range net.Weights[l] {
			for k := range below {
				below[k] += w[k] * d[i]
			}
		}
		d = below
	}
	return shades(d)
}

// curve returns the activations of a hidden neuron of this kind for 121 values of z from -6 to 6, times c.
func curve(kind nndl.Activation, c float64) []float64 {
	points := make([]float64, 121)
	for i := range points {
		points[i] = c * (float64(i) - 60) / 10
	}
	kind.Activate(points, points)
	return points
}

// shades returns the numbers as bytes, to be shown as colours: 128 for 0, and 255 or 1 for the one farthest from 0.
func shades(numbers []float64) []byte {
	farthest := math.SmallestNonzeroFloat64
	for _, x := range numbers {
		farthest = max(farthest, math.Abs(x))
	}
	s := make([]byte, len(numbers))
	for i, x := range numbers {
		s[i] = byte(math.Round(128 + 127*(x/farthest)))
	}
	return s
}
