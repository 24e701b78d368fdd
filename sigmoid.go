package nndl

import (
	"math"
	"math/rand/v2"
)

// A perceptron cannot learn by small steps. Change one of its weights a little
// and its answer stays as it was, or flips: there is no "slightly better". A
// sigmoid neuron is a perceptron whose step has been rounded off,
//
//	σ(z) = 1/(1 + e^(−z)),
//
// so that a small change of a weight makes a small change of the answer, and
// the derivative σ' says how large. Far from z = 0 it is a perceptron still.
//
// This file has sigmoid neurons; linear neurons, which answer z itself; and the
// random weights that a network starts from. How these are made better, step by
// step, is in backprop.go.

// Sigmoid returns σ(z) = 1/(1 + e^(−z)), between 0 and 1. For z < 0 it
// computes e^z/(1 + e^z), which is the same: e^(−z) overflows below z = −709.8.
//
// Special cases are:
//
//	Sigmoid(0) = 1/2
//	Sigmoid(z) = 1 for z ≥ 36.74, where e^(−z) is lost in rounding
//	Sigmoid(z) = 0 for z < −745.2, where e^z underflows
//	Sigmoid(+Inf) = 1
//	Sigmoid(-Inf) = 0
//	Sigmoid(NaN) = NaN
func Sigmoid(z float64) float64 {
	if z < 0 {
		e := math.Exp(z)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-z))
}

// SigmoidPrime returns σ'(z) = σ(z)(1 − σ(z)), between 0 and 1/4, the same for
// z and −z. It is computed as e/(1 + e)² with e = e^(−|z|), because 1 − σ(z)
// loses its digits as z grows: at z = 37 it would be 0 instead of 8.5e-17.
//
// Special cases are:
//
//	SigmoidPrime(0) = 1/4
//	SigmoidPrime(z) = 0 for |z| > 745.2, ±Inf included
//	SigmoidPrime(NaN) = NaN
func SigmoidPrime(z float64) float64 {
	e := math.Exp(-math.Abs(z))
	return e / ((1 + e) * (1 + e))
}

// A Differentiable is a kind of neuron that can learn: besides its activations
// it knows how they change with the weighted inputs.
type Differentiable interface {
	Activation
	// Backward sets delta_j = ∂C/∂z_j = Σ_i ∂a_i/∂z_j grad_i from grad_i = ∂C/∂a_i,
	// where a = f(z). All have the length of the layer; delta and grad may be the
	// same slice. Where each a_j depends on z_j alone, delta_j = f'(z_j) grad_j.
	Backward(delta, z, a, grad []float64)
}

// SigmoidNeurons answer a_j = σ(z_j).
var SigmoidNeurons Differentiable = sigmoidNeurons{}

type sigmoidNeurons struct{}

func (sigmoidNeurons) String() string { return "sigmoid" }

func (sigmoidNeurons) Activate(a, z []float64) {
	for j := range z {
		a[j] = Sigmoid(z[j])
	}
}

func (sigmoidNeurons) Backward(delta, z, a, grad []float64) {
	for j := range z {
		delta[j] = grad[j] * SigmoidPrime(z[j])
	}
}

// LinearNeurons answer a_j = z_j.
var LinearNeurons Differentiable = linearNeurons{}

type linearNeurons struct{}

func (linearNeurons) String() string { return "linear" }

func (linearNeurons) Activate(a, z []float64) { copy(a, z) }

func (linearNeurons) Backward(delta, z, a, grad []float64) { copy(delta, grad) }

// weightStream separates the random numbers of the initial weights from those
// that the same seed gives to other purposes.
const weightStream = 1 << 40

// InitLarge draws every weight and bias from N(0, 1), the normal distribution
// of mean 0 and standard deviation 1, as the book's chapter 1 does. The same
// seed gives the same network. A neuron of many inputs starts far out on the
// flat ends of σ, where it learns slowly: hence InitScaled.
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

// InitScaled draws every bias from N(0, 1) and every weight from N(0, 1/n),
// where n is the number of inputs of its neuron, as the book's chapter 3 does:
// the weights of InitLarge divided by √n, so that z varies about as much
// whatever the size of the layer before.
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
