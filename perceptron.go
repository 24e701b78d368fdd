// Package nndl is a first course in neural networks that runs: perceptrons, sigmoid neurons, backpropagation,
// stochastic gradient descent and the cost functions, as plain slices and loops, with the exercises as tests.
//
// It accompanies two texts. "The text" is Sikdar's "Neural Networks and Deep Learning: Exercises"; "the book" is
// Nielsen's "Neural Networks and Deep Learning", whose exercises it solves. Numbers such as (3.6) are those of the
// text's equations; BP1 to BP4 are the four lines of its (2.1). Read perceptron.go, sigmoid.go, backprop.go, cost.go,
// softmax.go, mnist.go, in this order: each uses only files above it, if any.
//
// # A network and its symbols
//
//	layer 0                      layer 1                         layer 2 = L
//	inputs                       hidden neurons                  output neuron
//
//	x_0 = a^0_0 ───── w^1_00 ──▶ z^1_0, a^1_0 ───── w^2_00 ────▶ z^2_0, a^2_0 ───▶ C
//	            ╲   ╱ w^1_01                      ╱ w^2_01
//	              ╳                             ╱
//	            ╱   ╲ w^1_10                  ╱
//	x_1 = a^0_1 ───── w^1_11 ──▶ z^1_1, a^1_1
//
//	forward:      x = a^0 ─────▶ z^1, a^1 ─────────────────────▶ z^2, a^2 ───────▶ C
//	back:                          δ^1 ◀─────────────────────────── δ^2 ◀───────── C
//
// Layers are counted by l, the neurons of layer l by j, those of layer l−1 by k. w^l_jk is the weight of the
// connection to neuron j of layer l from neuron k of layer l−1, and b^l_j is the bias of neuron j. From them come its
// weighted input z^l_j and its activation a^l_j, which is its answer. The cost C, one number that says how wrong the
// last layer's answers are, and the errors δ that go back from it enter in backprop.go.
//
// Weights[l][j][k] in the code is w^l_jk in the text: row j, column k. One thing is counted differently: the text
// calls the input layer 1, and the code, whose slices begin at 0, calls it 0. So L, the last layer, is one less here,
// and where the text says 2 ≤ l ≤ L the code says 1 ≤ l ≤ L. All formulas keep their shape.
package nndl

import (
	"fmt"
	"math"
	"slices"
)

// A neuron makes one number out of many. It multiplies each of its inputs x_k by a weight w_k, which says how much
// this input counts and in which direction, and adds a bias b, which says how easily the answer is 1. The result is
// its weighted input z = Σ_k w_k x_k + b. Kinds of neuron differ in what they make of it. The perceptron, the oldest
// kind, decides: it answers 1 if z > 0 and otherwise 0. Neurons with the same inputs form a layer, and layers one
// behind the other form a network. This file has perceptrons, and networks of any kind of neuron.

// Step returns the answer of a perceptron with the weighted input z: 1 if z > 0, otherwise 0, also for z = 0 and NaN.
func Step(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0
}

// An Activation is a kind of neuron: the function f in a = f(z). It is called from several goroutines at once.
type Activation interface {
	Activate(a, z []float64) // sets a = f(z) for a whole layer; a and z have the same length and may be the same slice
	String() string          // returns the name of the kind in errors and saved networks; no two kinds share one
}

// Perceptrons answer a_j = Step(z_j).
var Perceptrons = perceptrons{}

type perceptrons struct{}

func (perceptrons) String() string { return "perceptron" }

func (perceptrons) Activate(a, z []float64) {
	sameLength(a, z)
	for j := range z {
		a[j] = Step(z[j])
	}
}

// A Network is its weights, its biases and the kinds of its neurons.
type Network struct {
	Sizes   []int         // neurons in each layer: Sizes[0] inputs, Sizes[L] outputs
	Weights [][][]float64 // Weights[l][j][k] = w^l_jk: Sizes[l] rows of Sizes[l-1]; Weights[0] is nil
	Biases  [][]float64   // Biases[l][j] = b^l_j: Sizes[l] of them; Biases[0] is nil

	Hidden Activation // the kind of the neurons of layers 1 to L−1
	Output Activation // the kind of the neurons of layer L
}

// New returns a network of one kind of neuron with all weights and biases 0. It has sizes[0] inputs, and a layer of
// neurons for each size that follows: New(Perceptrons, 2, 3, 1) has two inputs, three hidden perceptrons and one that
// answers. It panics unless there are at least two sizes, all of them above 0.
func New(kind Activation, sizes ...int) *Network {
	if len(sizes) < 2 {
		panic(fmt.Sprintf("a network of %d layers; it needs at least inputs and outputs", len(sizes)))
	}
	net := &Network{
		Sizes:   append([]int(nil), sizes...),
		Weights: make([][][]float64, len(sizes)),
		Biases:  make([][]float64, len(sizes)),
		Hidden:  kind,
		Output:  kind,
	}
	for l, n := range sizes {
		if n < 1 {
			panic(fmt.Sprintf("layer %d of %d neurons; it needs at least 1", l, n))
		}
		if l > 0 {
			net.Biases[l] = make([]float64, n)
			net.Weights[l] = make([][]float64, n)
			for j := range net.Weights[l] {
				net.Weights[l][j] = make([]float64, sizes[l-1])
			}
		}
	}
	return net
}

// Kind returns the kind of the neurons of layer l, from 1 to L.
func (net *Network) Kind(l int) Activation {
	if l == len(net.Sizes)-1 {
		return net.Output
	}
	return net.Hidden
}

// Activations returns the weighted inputs and the activations of every neuron for the input x: a[0] = x, and for each
// layer l after it
//
//	z^l_j = Σ_k w^l_jk a^(l−1)_k + b^l_j,   a^l = f(z^l)
//
// z[l] and a[l] have Sizes[l] numbers; z[0] is nil. It panics unless x has Sizes[0] numbers.
func (net *Network) Activations(x []float64) (z, a [][]float64) {
	if err := net.checkShape(); err != nil {
		panic(err.Error())
	}
	if len(x) != net.Sizes[0] {
		panic(fmt.Sprintf("an input of %d numbers for a network of %d inputs", len(x), net.Sizes[0]))
	}
	z = make([][]float64, len(net.Sizes))
	a = make([][]float64, len(net.Sizes))
	a[0] = x
	for l := 1; l < len(net.Sizes); l++ {
		z[l] = make([]float64, net.Sizes[l])
		a[l] = make([]float64, net.Sizes[l])
		for j, w := range net.Weights[l] {
			sum := 0.0
			for k := range w {
				sum += w[k] * a[l-1][k]
			}
			z[l][j] = sum + net.Biases[l][j]
		}
		net.Kind(l).Activate(a[l], z[l])
	}
	return z, a
}

// FeedForward returns the network's answer to the input x: a^L, its last activations. It panics where Activations does.
func (net *Network) FeedForward(x []float64) []float64 {
	_, a := net.Activations(x)
	return a[len(a)-1]
}

// Argmax returns the index of the largest number in a, the first of equals: the class that a network with one output
// for each class chooses. A NaN wins at index 0 and is ignored elsewhere. Argmax(nil) is 0.
func Argmax(a []float64) int {
	best := 0
	for j := range a {
		if a[j] > a[best] {
			best = j
		}
	}
	return best
}

// BinaryLayer returns the layer of Exercise 1.3, which shows what can be done with weights chosen by hand. Given ten
// outputs of a network that recognises digits, its four perceptrons answer with the digit in binary: neuron j is bit
// j, and bit 0 the least significant. Its weights are +1 from the digits whose bit j is 1 and −1 from the others.
//
// It is right where the input of the digit itself is at least 0.99 and each of the others is from 0 to below 0.01: the
// digit decides the sign of z by its ±0.99, and nine others together add less than 0.09 against it.
func BinaryLayer() *Network {
	net := New(Perceptrons, 10, 4)
	for j, w := range net.Weights[1] {
		for digit := range w {
			bit := digit >> j & 1 // bit j of the digit
			w[digit] = float64(2*bit - 1)
		}
	}
	return net
}

// Scale multiplies every weight and bias by c, and so every weighted input of the first layer. For c > 0, and but for
// rounding, no perceptron changes its answer: z and cz have the same sign in layer 1, so that layer 2 gets the same
// input, and so on (Exercise 1.1). As c grows, sigmoid neurons in the places of the perceptrons come to answer as these
// do, for every input that gives no perceptron z = 0 (Exercise 1.2).
func (net *Network) Scale(c float64) {
	for l := range net.Weights {
		for j, w := range net.Weights[l] {
			net.Biases[l][j] *= c
			for k := range w {
				w[k] *= c
			}
		}
	}
}

// Clone returns a copy of net that shares no memory with it, to compare with net after it was scaled or trained.
func (net *Network) Clone() *Network {
	c := *net
	c.Sizes, c.Weights, c.Biases = slices.Clone(net.Sizes), slices.Clone(net.Weights), slices.Clone(net.Biases)
	for l := range c.Weights {
		c.Weights[l], c.Biases[l] = slices.Clone(net.Weights[l]), slices.Clone(net.Biases[l])
		for j, w := range net.Weights[l] {
			c.Weights[l][j] = slices.Clone(w)
		}
	}
	return &c
}

// Check returns nil if net is a network: at least two sizes, weights and biases in the shapes that the sizes ask for,
// a kind of neuron for every layer, and no number infinite or NaN. Otherwise the error says what is wrong, and where.
func (net *Network) Check() error {
	if err := net.checkShape(); err != nil {
		return err
	}
	for l := range net.Weights {
		for j, w := range net.Weights[l] {
			if b := net.Biases[l][j]; !finite(b) {
				return fmt.Errorf("bias %d of layer %d is %v", j, l, b)
			}
			for k := range w {
				if !finite(w[k]) {
					return fmt.Errorf("weight %d of neuron %d of layer %d is %v", k, j, l, w[k])
				}
			}
		}
	}
	return nil
}

// checkShape is Check without a look at the numbers.
func (net *Network) checkShape() error {
	if err := net.checkSlices(); err != nil {
		return err
	}
	for l := 1; l < len(net.Sizes); l++ {
		if net.Kind(l) == nil {
			return fmt.Errorf("layer %d has no kind of neuron", l)
		}
	}
	return nil
}

// checkSlices is checkShape without the kinds of neuron, which a gradient and a velocity do not have.
func (net *Network) checkSlices() error {
	layers := len(net.Sizes)
	if layers < 2 || len(net.Weights) != layers || len(net.Biases) != layers {
		return fmt.Errorf("%d sizes, %d layers of weights and %d of biases; it takes as many of each, 2 at least",
			layers, len(net.Weights), len(net.Biases))
	}
	if w, b := net.Weights[0], net.Biases[0]; len(w) > 0 || len(b) > 0 {
		return fmt.Errorf("layer 0, the inputs, has %d rows of weights and %d biases; it has none", len(w), len(b))
	}
	for l := 1; l < layers; l++ {
		n, w, b := net.Sizes[l], net.Weights[l], net.Biases[l]
		if n < 1 || len(w) != n || len(b) != n {
			return fmt.Errorf("layer %d of %d neurons has %d rows of weights and %d biases", l, n, len(w), len(b))
		}
		for j, w := range w {
			if len(w) < 1 || len(w) != net.Sizes[l-1] {
				return fmt.Errorf("neuron %d of layer %d has %d weights for %d inputs", j, l, len(w), net.Sizes[l-1])
			}
		}
	}
	return nil
}

// finite reports whether x is neither infinite nor NaN.
func finite(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }

// sameLength panics, with both lengths, unless every slice has as many numbers as the first.
func sameLength(first []float64, others ...[]float64) {
	for _, other := range others {
		if len(other) != len(first) {
			panic(fmt.Sprintf("slices of %d and %d numbers; they must have the same length", len(first), len(other)))
		}
	}
}
