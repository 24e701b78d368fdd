// Package nndl is a first course in neural networks that runs: perceptrons,
// sigmoid neurons, backpropagation, stochastic gradient descent and the cost
// functions, as plain slices and loops, with the exercises as tests.
//
// Read the files in this order: perceptron.go, sigmoid.go, backprop.go,
// cost.go, softmax.go, mnist.go. A file uses those above it and none below.
// Equations carry their numbers in Sikdar's "Neural Networks and Deep
// Learning: Exercises", (2.1) to (3.7); BP1 to BP4 are the four lines of (2.1).
// "The text" is Sikdar's; "the book" is Nielsen's "Neural Networks and Deep
// Learning", whose exercises it solves.
//
// # Notation
//
// Layers are counted by l, the neurons of layer l by j and those of layer l−1
// by k. Weights[l][j][k] is w^l_jk, the weight of the connection from neuron k
// of layer l−1 to neuron j of layer l: row j, column k, as printed. Only the
// counting of layers differs: the text calls the input layer 1, we call it 0, so
// that our L, the last layer, is one less than the text's. Layer 0 has no
// weights, Weights[0] is nil, and where the text says 2 ≤ l ≤ L the code says
// 1 ≤ l ≤ L. Every formula keeps its shape.
package nndl

import (
	"fmt"
	"math"
)

// A neuron makes one number out of many. It weighs each of its inputs x_k by
// a number w_k that says how much this input counts and in which direction,
// and adds a bias b that says how easily it fires:
//
//	z = Σ_k w_k x_k + b
//
// What it does with z, its weighted input, is what tells one kind of neuron
// from another. A perceptron, the oldest kind, decides: it answers 1 if z > 0
// and otherwise 0. Neurons that look at the same inputs form a layer, and
// layers that look at one another form a network. This file has perceptrons
// and networks of any kind of neuron; sigmoid.go adds the kind that can learn.

// Step returns the answer of a perceptron whose weighted input is z:
// 1 if z > 0, else 0.
//
// Special cases are:
//
//	Step(0) = 0
//	Step(NaN) = 0
func Step(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0
}

// An Activation is a kind of neuron, or of a whole layer of neurons: the
// function f in a = f(z). String is the name under which networks of this kind
// are saved.
type Activation interface {
	// Activate sets a = f(z), the activations of one layer from its weighted
	// inputs. The two have the same length and may be the same slice.
	Activate(a, z []float64)
	String() string
}

// Perceptrons decide: a_j = Step(z_j).
var Perceptrons Activation = perceptrons{}

type perceptrons struct{}

func (perceptrons) String() string { return "perceptron" }

func (perceptrons) Activate(a, z []float64) {
	for j := range z {
		a[j] = Step(z[j])
	}
}

// A Network is weights, biases and the kinds of its neurons, nothing else.
type Network struct {
	Sizes   []int         // neurons in each layer: Sizes[0] inputs, Sizes[L] outputs
	Weights [][][]float64 // Weights[l][j][k] = w^l_jk, Sizes[l] rows of Sizes[l-1]; Weights[0] is nil
	Biases  [][]float64   // Biases[l][j] = b^l_j, Sizes[l] of them; Biases[0] is nil

	Hidden Activation // the neurons of layers 1 to L−1
	Output Activation // the neurons of layer L
}

// New returns a network of one kind of neuron, all weights and biases 0, with
// sizes[0] inputs and a layer of neurons for each size that follows:
// New(Perceptrons, 2, 2, 1) has two inputs, two hidden perceptrons and one
// that answers. It panics unless there are two sizes or more, each above 0.
func New(kind Activation, sizes ...int) *Network {
	if len(sizes) < 2 {
		panic(fmt.Sprintf("a network of %d layers; it needs inputs and outputs", len(sizes)))
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
			net.Weights[l] = matrix(n, sizes[l-1])
			net.Biases[l] = make([]float64, n)
		}
	}
	return net
}

// matrix returns rows × cols zeros in one allocation, sliced into rows, so
// that rows that are used together lie together.
func matrix(rows, cols int) [][]float64 {
	all := make([]float64, rows*cols)
	m := make([][]float64, rows)
	for j := range m {
		m[j] = all[j*cols : (j+1)*cols : (j+1)*cols]
	}
	return m
}

// Kind returns the kind of neuron in layer l, from 1 to L.
func (net *Network) Kind(l int) Activation {
	if l == len(net.Sizes)-1 {
		return net.Output
	}
	return net.Hidden
}

// Activations returns the weighted inputs and the activations of every neuron
// for the input x: a[0] = x, and layer by layer
//
//	z^l_j = Σ_k w^l_jk a^(l−1)_k + b^l_j,   a^l = f(z^l)
//
// z[l] and a[l] have Sizes[l] numbers; z[0] is nil. It panics unless x has
// Sizes[0] numbers.
func (net *Network) Activations(x []float64) (z, a [][]float64) {
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

// FeedForward returns the network's answer to the input x, the activations
// a^L of its last layer. It panics unless x has Sizes[0] numbers.
func (net *Network) FeedForward(x []float64) []float64 {
	_, a := net.Activations(x)
	return a[len(a)-1]
}

// Argmax returns the index of the largest number in a, the first of equals: the
// class that a network with one output for each class chooses.
//
// Special cases are:
//
//	Argmax(nil) = 0
//	a NaN at 0 is taken for the largest, elsewhere for none
func Argmax(a []float64) int {
	best := 0
	for j := range a {
		if a[j] > a[best] {
			best = j
		}
	}
	return best
}

// Scale multiplies every weight and bias by c. For c > 0 a network of
// perceptrons goes on behaving as before (Exercise 1.1); a network of sigmoid
// neurons comes to behave as perceptrons do as c grows (Exercise 1.2).
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

// BinaryLayer returns the layer of Exercise 1.3, a network of 10 inputs and 4
// outputs to be put behind one that recognises digits: output j is bit j of the
// digit, bit 0 the least significant. Its weights are +1 from the digits
// whose bit is set and −1 from the others, its biases 0. It is right whenever
// the digit's own input is at least 0.99 and all others are below 0.01.
func BinaryLayer() *Network {
	net := New(Perceptrons, 10, 4)
	for j, w := range net.Weights[1] {
		for digit := range w {
			bit := digit >> j & 1
			w[digit] = float64(2*bit - 1)
		}
	}
	return net
}

// Clone returns a copy of net that shares none of its weights and biases.
func (net *Network) Clone() *Network {
	c := New(net.Hidden, net.Sizes...)
	c.Output = net.Output
	for l := range net.Weights {
		copy(c.Biases[l], net.Biases[l])
		for j, w := range net.Weights[l] {
			copy(c.Weights[l][j], w)
		}
	}
	return c
}

// Finite returns an error that names the first weight or bias that is
// infinite or not a number, or nil if there is none.
func (net *Network) Finite() error {
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

// finite reports whether x is neither infinite nor NaN.
func finite(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }
