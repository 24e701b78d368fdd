package nndl

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
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
// This file has sigmoid neurons; linear neurons, which answer z itself; the
// random weights that a network starts from; and the form in which a network is
// saved. How its weights are made better, step by step, is in backprop.go.

// Sigmoid returns σ(z) = 1/(1 + e^(−z)), between 0 and 1, to full relative
// precision for every z: where e^(−z) would overflow, it divides by e^(−z)
// first.
//
// Special cases are:
//
//	Sigmoid(0) = 1/2
//	Sigmoid(z) = 1 for z ≥ 36.74, where e^(−z) is lost in rounding
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
//	SigmoidPrime(±Inf) = 0
//	SigmoidPrime(NaN) = NaN
func SigmoidPrime(z float64) float64 {
	e := math.Exp(-math.Abs(z))
	return e / ((1 + e) * (1 + e))
}

// A Differentiable is a kind of neuron that can learn: besides its activations
// it knows how they change with the weighted inputs.
type Differentiable interface {
	Activation
	// Backward turns a derivative by a, grad_i = ∂C/∂a_i, into the derivative by
	// z, delta_j = ∂C/∂z_j = Σ_i ∂a_i/∂z_j grad_i, where a = f(z). All have the
	// length of the layer; delta may be grad. For neurons, whose a_j depends on
	// z_j alone, it is a product: delta_j = f'(z_j) grad_j.
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
	for l := 1; l < len(net.Sizes); l++ {
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
	for l := 1; l < len(net.Sizes); l++ {
		n := float64(net.Sizes[l-1])
		for _, w := range net.Weights[l] {
			for k := range w {
				w[k] /= math.Sqrt(n)
			}
		}
	}
}

// A Saved is a network in the form in which network2.py, the program of the
// book's chapter 3, writes it to a JSON file and reads it back. The
// file has no entry for the input layer, so that its weights[0] is Weights[1]
// here, and a bias is a row of one column. network2.py knows sigmoid neurons
// only and ignores the kinds of neuron that we add. To save more, such as the
// settings of a training run, embed a Saved in a struct with further fields.
type Saved struct {
	Sizes   []int        `json:"sizes"`
	Weights [][][]Finite `json:"weights"` // Weights[l-1][j][k] = w^l_jk
	Biases  [][][]Finite `json:"biases"`  // Biases[l-1][j][0] = b^l_j
	Cost    string       `json:"cost"`
	Hidden  string       `json:"hidden,omitempty"`
	Output  string       `json:"output,omitempty"`
}

// A Finite is a number as JSON can hold it. Decoding one refuses null, which
// encoding/json would pass over and which many programs write for NaN, and
// whatever float64 cannot hold.
type Finite float64

// UnmarshalJSON sets x to the number in text, or returns an error.
func (x *Finite) UnmarshalJSON(text []byte) error {
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("%s where a finite number belongs", text)
	}
	*x = Finite(v)
	return nil
}

// Saved returns the network in the form in which it is saved, with the cost it
// was trained with. QuadraticCost and CrossEntropyCost are names that
// network2.py has; a network that it would compute differently, because not all
// of its neurons are sigmoid neurons, is given a name that it has not, so that
// it refuses to load it. The error names a weight or bias that is not finite.
func (net *Network) Saved(cost fmt.Stringer) (Saved, error) {
	if err := net.Finite(); err != nil {
		return Saved{}, fmt.Errorf("saving the network: %w", err)
	}
	s := Saved{
		Sizes:  net.Sizes,
		Cost:   cost.String(),
		Hidden: net.Hidden.String(),
		Output: net.Output.String(),
	}
	if net.Hidden != SigmoidNeurons || net.Output != SigmoidNeurons {
		s.Cost += " (" + s.Hidden + ", " + s.Output + ")"
	}
	for l := 1; l < len(net.Sizes); l++ {
		weights := make([][]Finite, net.Sizes[l])
		biases := make([][]Finite, net.Sizes[l])
		for j, w := range net.Weights[l] {
			weights[j] = make([]Finite, len(w))
			for k := range w {
				weights[j][k] = Finite(w[k])
			}
			biases[j] = []Finite{Finite(net.Biases[l][j])}
		}
		s.Weights = append(s.Weights, weights)
		s.Biases = append(s.Biases, biases)
	}
	return s, nil
}

// Network returns the network that was saved. Its neurons must be of one of
// the kinds given, found by name; a file that names none, as those of
// network2.py, has sigmoid neurons. The error says what is missing or which
// of the sizes, weights and biases disagree.
func (s Saved) Network(kinds ...Activation) (*Network, error) {
	if s.Hidden == "" && s.Output == "" && (s.Cost == "QuadraticCost" || s.Cost == "CrossEntropyCost") {
		s.Hidden, s.Output = SigmoidNeurons.String(), SigmoidNeurons.String()
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	net := New(nil, s.Sizes...)
	for _, kind := range kinds {
		if kind.String() == s.Hidden {
			net.Hidden = kind
		}
		if kind.String() == s.Output {
			net.Output = kind
		}
	}
	if net.Hidden == nil || net.Output == nil {
		return nil, fmt.Errorf("hidden %q and output %q neurons; known here are %v", s.Hidden, s.Output, kinds)
	}
	for l := 1; l < len(net.Sizes); l++ {
		for j, w := range net.Weights[l] {
			net.Biases[l][j] = float64(s.Biases[l-1][j][0])
			for k := range w {
				w[k] = float64(s.Weights[l-1][j][k])
			}
		}
	}
	if err := net.Finite(); err != nil {
		return nil, err
	}
	return net, nil
}

// check returns an error unless weights and biases have the shapes that the
// sizes promise. It is called before any memory is taken for those sizes.
func (s Saved) check() error {
	layers := len(s.Sizes) - 1
	if layers < 1 || len(s.Weights) != layers || len(s.Biases) != layers {
		return fmt.Errorf("%d sizes, %d layers of weights and %d of biases; a network has 2 sizes or more, and one layer of each fewer",
			len(s.Sizes), len(s.Weights), len(s.Biases))
	}
	for l, n := range s.Sizes {
		if n < 1 {
			return fmt.Errorf("sizes[%d] is %d; a layer has at least 1 neuron", l, n)
		}
		if l == 0 {
			continue
		}
		if len(s.Weights[l-1]) != n || len(s.Biases[l-1]) != n {
			return fmt.Errorf("weights[%d] has %d rows and biases[%d] %d; sizes[%d] is %d",
				l-1, len(s.Weights[l-1]), l-1, len(s.Biases[l-1]), l, n)
		}
		for j := range n {
			if len(s.Weights[l-1][j]) != s.Sizes[l-1] || len(s.Biases[l-1][j]) != 1 {
				return fmt.Errorf("weights[%d][%d] has %d numbers and biases[%d][%d] %d; expected %d and 1",
					l-1, j, len(s.Weights[l-1][j]), l-1, j, len(s.Biases[l-1][j]), s.Sizes[l-1])
			}
		}
	}
	return nil
}
