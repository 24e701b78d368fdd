package nndl

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// A perceptron cannot learn by gradient descent, which takes small steps. Change one of its weights a little, and its
// answer stays as it was or flips: it is never slightly better. A sigmoid neuron is a perceptron whose step has been
// rounded off,
//
//	σ(z) = 1/(1 + e^(−z)),
//
// so that a small change of a weight makes a small change of the answer. The derivative σ' says how small. Far from
// z = 0 a sigmoid neuron answers as a perceptron does, nearly 0 or 1. This file has sigmoid neurons; linear neurons,
// which answer z itself; the random weights that a network starts from; and the examples that it learns from.

// Sigmoid returns σ(z) = 1/(1 + e^(−z)), between 0 and 1. For z < 0 it is computed as e^z/(1 + e^z), because e^(−z)
// overflows below z = −709.8, and e^z is rounded to 0 only below about −745. From z = 36.74 on σ is rounded to 1.
func Sigmoid(z float64) float64 {
	if z < 0 {
		e := math.Exp(z)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-z))
}

// SigmoidPrime returns σ'(z) = σ(z)(1 − σ(z)), between 0 and 1/4. With 1 − σ(z) = e^(−z)/(1 + e^(−z)), the chain rule
// gives
//
//	σ'(z) = e^(−z)/(1 + e^(−z))² = 1/(1 + e^(−z)) · e^(−z)/(1 + e^(−z)) = σ(z)(1 − σ(z)).
//
// As 1 − σ(z) = σ(−z), it is the same for z and −z. The code computes e/(1 + e)² with e = e^(−|z|), because 1 − σ(z)
// loses its digits as z grows: at z = 37 it would be 0 instead of 8.5e-17. It is rounded to 0 beyond about |z| = 745.
func SigmoidPrime(z float64) float64 {
	e := math.Exp(-math.Abs(z))
	return e / ((1 + e) * (1 + e))
}

// A Differentiable is a kind of neuron whose answer has a derivative: it can learn.
type Differentiable interface {
	Activation
	// Backward is the chain rule for one layer, a = f(z). Let C be any number that depends on a. Backward is given
	// da_i = ∂C/∂a_i, and sets dz_j = ∂C/∂z_j. If z_j acts on C through several a_i, the effects add:
	//
	//	dz_j = Σ_i da_i ∂a_i/∂z_j.
	//
	// In most kinds a_j depends on z_j alone, so that one term is left: dz_j = da_j f'(z_j). All slices have the same
	// length; dz and da may be the same slice.
	Backward(dz, z, a, da []float64)
}

// checkDifferentiable returns nil if net is a network of neurons that can learn.
func (net *Network) checkDifferentiable() error {
	if err := net.checkShape(); err != nil {
		return err
	}
	for l := 1; l < len(net.Sizes); l++ {
		if _, ok := net.Kind(l).(Differentiable); !ok {
			return fmt.Errorf("%v neurons cannot learn by gradient descent: they have no method Backward; the answer "+
				"of a perceptron stays or flips, so that no derivative shows the way: use sigmoid neurons", net.Kind(l))
		}
	}
	return nil
}

// SigmoidNeurons answer a_j = σ(z_j).
var SigmoidNeurons = sigmoidNeurons{}

type sigmoidNeurons struct{}

func (sigmoidNeurons) String() string { return "sigmoid" }

func (sigmoidNeurons) Activate(a, z []float64) {
	sameLength(a, z)
	for j := range z {
		a[j] = Sigmoid(z[j])
	}
}

func (sigmoidNeurons) Backward(dz, z, a, da []float64) {
	sameLength(z, a, da, dz)
	for j := range z {
		dz[j] = da[j] * SigmoidPrime(z[j])
	}
}

// LinearNeurons answer a_j = z_j, any number, where an answer between 0 and 1 is not what is wanted. Their derivative
// is 1.
var LinearNeurons = linearNeurons{}

type linearNeurons struct{}

func (linearNeurons) String() string { return "linear" }

func (linearNeurons) Activate(a, z []float64) { sameLength(a, z); copy(a, z) }

func (linearNeurons) Backward(dz, z, a, da []float64) { sameLength(dz, z, a, da); copy(dz, da) }

// weightStream goes to the generator of random numbers beside the seed. With another number there it gives others, so
// that one seed serves for many things: the epochs of a training use the numbers from 0 on.
const weightStream = 1 << 40

// InitLarge draws every weight and bias from N(0, 1), the normal distribution with mean 0 and variance 1, as the
// book's chapter 1 does. The variance is the mean of the squared distance from the mean. The same seed gives the same
// network. Weights are random because hidden neurons of a layer with the same biases and weights, to them and from
// them, answer alike, learn alike and stay alike. With n inputs near 1, z is a sum of n such weights and a bias. They
// are drawn independently, and then variances add: z has the variance n + 1, and is about √n from 0. For large n that
// is far out, where σ is flat and a neuron learns slowly: see InitScaled.
func (net *Network) InitLarge(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, weightStream))
	for l := range net.Weights {
		for j, w := range net.Weights[l] {
			net.Biases[l][j] = rng.NormFloat64()
			for k := range w {
				w[k] = rng.NormFloat64()
			}
		}
	}
}

// InitScaled draws every bias from N(0, 1) and every weight from N(0, 1/n), with variance 1/n, where n is the number
// of inputs of its neuron, as the book's chapter 3 does. These are the weights of InitLarge divided by √n. For an
// input x, w_k x_k has x_k² times the variance of w_k, so that z has the variance 1 + (1/n) Σ_k x_k²: from 1 to 2 for
// x_k from 0 to 1, however many there are.
func (net *Network) InitScaled(seed uint64) {
	net.InitLarge(seed)
	for l := range net.Weights {
		for _, w := range net.Weights[l] {
			for k := range w {
				w[k] /= math.Sqrt(float64(len(w)))
			}
		}
	}
}

// Data is a set of examples.
type Data interface {
	Len() int
	// Example sets x and y to the input and the desired output of example i, from 0 to Len() − 1. They are full of
	// zeros when it is called, so it is enough to set the other numbers. No check can tell a slip here from what is
	// meant: an x that is assigned, not filled, stays 0, and copy stops at the end of the shorter slice. Example is
	// called from several goroutines at once.
	Example(i int, x, y []float64)
}

// An Example is an input and the desired output for it.
type Example struct{ X, Y []float64 }

// Examples is Data in a slice.
type Examples []Example

// Len returns the number of examples.
func (e Examples) Len() int { return len(e) }

// Example copies example i to x and y. It panics unless they have its lengths.
func (e Examples) Example(i int, x, y []float64) {
	sameLength(x, e[i].X)
	sameLength(y, e[i].Y)
	copy(x, e[i].X)
	copy(y, e[i].Y)
}
