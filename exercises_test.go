package nndl

import (
	"math"
	"math/rand/v2"
	"testing"
)

// What the tests share.

// pairings are the kinds of output layer and the costs that train them.
var pairings = []struct {
	name   string
	output Differentiable
	cost   Cost
}{
	{"sigmoid outputs with quadratic cost", SigmoidNeurons, Quadratic},
	{"sigmoid outputs with cross-entropy", SigmoidNeurons, CrossEntropy},
	{"softmax outputs with log-likelihood", SoftmaxLayer, LogLikelihood},
	{"softmax outputs with quadratic cost", SoftmaxLayer, Quadratic},
	{"linear outputs with quadratic cost", LinearNeurons, Quadratic},
}

// randomNetwork returns a network of sigmoid neurons and the given outputs,
// with weights and biases from N(0, 1).
func randomNetwork(seed uint64, output Activation, sizes ...int) *Network {
	net := New(SigmoidNeurons, sizes...)
	net.Output = output
	net.InitLarge(seed)
	return net
}

// examples is Data that a test writes down.
type examples []example

type example struct{ x, y []float64 }

func (e examples) Len() int { return len(e) }

func (e examples) Example(i int, x, y []float64) {
	copy(x, e[i].x)
	copy(y, e[i].y)
}

// randomExamples returns n examples: inputs from N(0, 1), of which about a third are
// 0 as paper is, and one desired output of 1, the others 0.
func randomExamples(seed uint64, n, inputs, outputs int) examples {
	rng := rand.New(rand.NewPCG(seed, 0))
	e := make(examples, n)
	for i := range e {
		e[i].x = make([]float64, inputs)
		e[i].y = make([]float64, outputs)
		for k := range e[i].x {
			if rng.IntN(3) > 0 {
				e[i].x[k] = rng.NormFloat64()
			}
		}
		e[i].y[rng.IntN(outputs)] = 1
	}
	return e
}

// each calls visit with every weight and bias of net, and the one at the same
// place of another network of its shape.
func each(net, other *Network, visit func(p, q *float64)) {
	for l := 1; l < len(net.Sizes); l++ {
		for j := range net.Weights[l] {
			visit(&net.Biases[l][j], &other.Biases[l][j])
			for k := range net.Weights[l][j] {
				visit(&net.Weights[l][j][k], &other.Weights[l][j][k])
			}
		}
	}
}

// distance returns the largest difference between a weight or bias of one
// network and that of the other, divided by 1 or the larger of the two.
func distance(net, other *Network) float64 {
	largest := 0.0
	each(net, other, func(p, q *float64) {
		d := math.Abs(*p-*q) / max(1, math.Abs(*p), math.Abs(*q))
		if d > largest || math.IsNaN(d) {
			largest = d
		}
	})
	return largest
}

// mustPanic calls f and returns what it panics with.
func mustPanic(t *testing.T, f func()) (message any) {
	t.Helper()
	defer func() {
		if message = recover(); message == nil {
			t.Error("did not panic")
		}
	}()
	f()
	return nil
}

// relative returns the difference of two numbers by the larger one.
func relative(x, y float64) float64 {
	if x == y {
		return 0
	}
	return math.Abs(x-y) / max(math.Abs(x), math.Abs(y))
}
